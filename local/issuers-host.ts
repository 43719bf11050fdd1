/**
 * What the issuers, in their thread, ask of the run: who the people are, what their tokens say, and to put a message into
 * the mailbox. One question, one answer, over the thread's own channel.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import type { IssuerName } from './identity.ts'
import type { Person } from './people.ts'

export type ClaimsQuestion = {
  readonly pool: IssuerName
  readonly sub: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly source: 'TokenGeneration_HostedAuth' | 'TokenGeneration_RefreshTokens'
}

/** What the sign-in function says of an access token, or its sentence when it refuses. */
export type ClaimsAnswer =
  | {
      readonly isAllowed: true
      readonly claims: Readonly<Record<string, unknown>>
      readonly withoutClaims: readonly string[]
      readonly scopes: readonly string[]
      readonly withoutScopes: readonly string[]
    }
  | { readonly isAllowed: false; readonly message: string }

export type IssuersHost = {
  /** Those who are offered on the sign-in page. */
  readonly shown: (pool: IssuerName) => Promise<readonly Person[]>
  readonly personBySub: (pool: IssuerName, sub: string) => Promise<Person | undefined>
  readonly personByEmail: (pool: IssuerName, email: string) => Promise<Person | undefined>
  /** The member pool lets everybody in who has an address. */
  readonly admit: (email: string) => Promise<Person>
  readonly isWelcome: (pool: IssuerName, sub: string, signedInAt: number) => Promise<boolean>
  readonly claims: (question: ClaimsQuestion) => Promise<ClaimsAnswer>
  readonly mail: (mail: { readonly to: string; readonly subject: string; readonly text: string }) => Promise<void>
}

type Question = { readonly question: number; readonly name: keyof IssuersHost; readonly given: readonly unknown[] }
type Answer = { readonly answer: number; readonly value?: unknown; readonly failed?: string }

/** In the run: answers what the thread asks, until the thread ends. */
export function answerQuestions(worker: Worker, host: IssuersHost): void {
  worker.on('message', (message: unknown) => {
    if (!isQuestion(message)) return
    const { question, name, given } = message
    const reply = (answer: Omit<Answer, 'answer'>) => worker.postMessage({ answer: question, ...answer })
    callOf(
      host,
      name,
    )(...given).then(
      (value) => reply({ value }),
      (error: unknown) => reply({ failed: String(error) }),
    )
  })
}

/** In the thread. */
export function hostBehind(port: MessagePort): IssuersHost {
  const waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (e: Error) => void }>()
  let asked = 0
  port.on('message', (message: unknown) => {
    if (!isAnswer(message)) return
    const { answer, value, failed } = message
    if (failed === undefined) waiting.get(answer)?.resolve(value)
    else waiting.get(answer)?.reject(new Error(failed))
    waiting.delete(answer)
  })
  function ask<T>(name: keyof IssuersHost, ...given: readonly unknown[]): Promise<T> {
    asked += 1
    const question = asked
    return new Promise((resolve, reject) => {
      waiting.set(question, { resolve: (value) => resolve(ofHost<T>(value)), reject })
      port.postMessage({ question, name, given } satisfies Question)
    })
  }
  return {
    shown: (pool) => ask('shown', pool),
    personBySub: (pool, sub) => ask('personBySub', pool, sub),
    personByEmail: (pool, email) => ask('personByEmail', pool, email),
    admit: (email) => ask('admit', email),
    isWelcome: (pool, sub, signedInAt) => ask('isWelcome', pool, sub, signedInAt),
    claims: (question) => ask('claims', question),
    mail: (mail) => ask('mail', mail),
  }
}

/** Safe because both ends are this file: the names and values of a question are those of `hostBehind`. */
function callOf(host: IssuersHost, name: keyof IssuersHost): (...given: readonly unknown[]) => Promise<unknown> {
  return host[name] as (...given: readonly unknown[]) => Promise<unknown>
}

/** Safe because the answer to a question is what the method of that name gave, copied between two threads of ours. */
function ofHost<T>(value: unknown): T {
  return value as T
}

function isQuestion(message: unknown): message is Question {
  return typeof message === 'object' && message !== null && 'question' in message
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'answer' in message
}
