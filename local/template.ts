/**
 * Reads a cloud assembly and resolves the intrinsic functions of its templates. What it does not know it refuses, so
 * that a template which uses more of CloudFormation than the local run understands is noticed at once.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { ACCOUNT, REGION } from './aws.ts'
import { NAMING, type Naming } from './template-naming.ts'

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      properties: z.object({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
})

const RawResource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Metadata: z.record(z.string(), z.unknown()).default({}),
  Condition: z.never().optional(),
})
const RawTemplate = z.strictObject({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.unknown().optional() })).default({}),
  Resources: z.record(z.string(), RawResource),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
  Description: z.string().optional(),
  AWSTemplateFormatVersion: z.string().optional(),
})

export type Stack = { readonly name: string } & z.infer<typeof RawTemplate>
export type Resource = {
  readonly stack: Stack
  readonly logicalId: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly metadata: Readonly<Record<string, unknown>>
}
export type Settings = {
  /** Values of the template's parameters; a list is given as `a,b`. */
  readonly parameters: Readonly<Record<string, string>>
  readonly apiEndpoint: string
  /** The address of the issuer that stands for a user pool, by the page that signs in there. */
  readonly issuerOf?: (pageClient: string) => string | undefined
}

export class Assembly {
  readonly #stacks: readonly Stack[]
  readonly #settings: Settings

  constructor(stacks: readonly Stack[], settings: Settings) {
    this.#stacks = stacks
    this.#settings = settings
  }

  get resources(): Resource[] {
    return this.#stacks.flatMap((stack) =>
      Object.entries(stack.Resources).map(([logicalId, raw]) => ({
        stack,
        logicalId,
        type: raw.Type,
        properties: raw.Properties,
        metadata: raw.Metadata,
      })),
    )
  }

  /** The properties of a resource with every intrinsic function replaced by its value. */
  propertiesOf(resource: Resource): unknown {
    return this.#resolve(resource.properties, resource.stack)
  }

  refOf(resource: Resource): string {
    return this.#naming(resource.stack, resource.logicalId).ref(this.nameOf(resource))
  }

  arnOf(resource: Resource): string {
    return this.#getAtt([resource.logicalId, 'Arn'], resource.stack)
  }

  /** The name under which AWS would list the resource. */
  nameOf(resource: Resource): string {
    return this.#name(resource.stack, resource.logicalId)
  }

  #resolve(value: unknown, stack: Stack): unknown {
    if (typeof value === 'string' && value.includes('{{resolve:')) {
      throw new Error(`Template ${stack.name}: dynamic references are not supported (${value})`)
    }
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item, stack))
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [first] = entries
    if (entries.length === 1 && first && (first[0] === 'Ref' || first[0].startsWith('Fn::'))) {
      return this.#intrinsic(first[0], first[1], stack)
    }
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#resolve(item, stack)]))
  }

  #intrinsic(name: string, argument: unknown, stack: Stack): unknown {
    switch (name) {
      case 'Ref':
        return this.#ref(z.string().parse(argument), stack)
      case 'Fn::GetAtt':
        return this.#getAtt(argument, stack)
      case 'Fn::Join': {
        const [separator, list] = z.tuple([z.string(), z.unknown()]).parse(argument)
        return z.array(z.string()).parse(this.#resolve(list, stack)).join(separator)
      }
      case 'Fn::Sub':
        return this.#sub(argument, stack)
      case 'Fn::ImportValue':
        return this.#import(z.string().parse(this.#resolve(argument, stack)))
      default:
        throw new Error(`Template ${stack.name}: the intrinsic function ${name} is not supported by the local run`)
    }
  }

  #ref(name: string, stack: Stack): unknown {
    const pseudo = PSEUDO_PARAMETERS[name]
    if (pseudo !== undefined) return pseudo
    if (name === 'AWS::StackName') return stack.name
    const parameter = stack.Parameters[name]
    if (parameter) {
      const value = this.#settings.parameters[name] ?? parameter.Default
      if (value === undefined) throw new Error(`Template ${stack.name}: no value for the parameter ${name}`)
      return parameter.Type === 'CommaDelimitedList' ? String(value).split(',') : value
    }
    return this.#naming(stack, name).ref(this.#name(stack, name))
  }

  #getAtt(argument: unknown, stack: Stack): string {
    const [logicalId = '', attribute = ''] =
      typeof argument === 'string' ? argument.split(/\.(.*)/s) : z.array(z.string()).parse(argument)
    if (stack.Resources[logicalId]?.Type === 'AWS::ApiGatewayV2::Api' && attribute === 'ApiEndpoint') {
      return this.#settings.apiEndpoint
    }
    if (stack.Resources[logicalId]?.Type === 'AWS::Cognito::UserPool' && attribute.startsWith('Provider')) {
      const issuer = this.#issuerOf(stack, logicalId)
      return attribute === 'ProviderURL' ? issuer : issuer.replace(/^https?:\/\//, '')
    }
    const render = this.#naming(stack, logicalId).attributes[attribute]
    if (!render) throw new Error(`Template ${stack.name}: the attribute ${logicalId}.${attribute} is not supported`)
    return render(this.#name(stack, logicalId))
  }

  /** A pool is known by the page that signs in there. @throws when no page does */
  #issuerOf(stack: Stack, logicalId: string): string {
    for (const { Type, Properties } of Object.values(stack.Resources)) {
      const isOfPool = Type === 'AWS::Cognito::UserPoolClient' && refersTo(Properties.UserPoolId, logicalId)
      const found = isOfPool ? this.#settings.issuerOf?.(String(Properties.ClientName)) : undefined
      if (found !== undefined) return found
    }
    throw new Error(`Template ${stack.name}: ${logicalId} has no page that signs in there`)
  }

  #sub(argument: unknown, stack: Stack): string {
    const [text, variables] =
      typeof argument === 'string'
        ? [argument, {}]
        : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument)
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal !== '') return `\${${name}}`
      const value = Object.hasOwn(variables, name)
        ? this.#resolve(variables[name], stack)
        : name.includes('.')
          ? this.#getAtt(name, stack)
          : this.#ref(name, stack)
      return z.string().parse(value)
    })
  }

  #import(name: string): unknown {
    for (const stack of this.#stacks) {
      for (const output of Object.values(stack.Outputs)) {
        if (output.Export?.Name === name) return this.#resolve(output.Value, stack)
      }
    }
    throw new Error(`No stack exports ${name}`)
  }

  #naming(stack: Stack, logicalId: string): Naming {
    const type = stack.Resources[logicalId]?.Type
    if (type === undefined) throw new Error(`Template ${stack.name}: nothing is called ${logicalId}`)
    const naming = NAMING[type]
    if (!naming) throw new Error(`Template ${stack.name}: a reference to ${type} (${logicalId}) is not supported`)
    return naming
  }

  #name(stack: Stack, logicalId: string): string {
    const { nameIn } = this.#naming(stack, logicalId)
    const given = nameIn === undefined ? undefined : stack.Resources[logicalId]?.Properties[nameIn]
    return given === undefined ? `${stack.name}-${logicalId}` : z.string().parse(this.#resolve(given, stack))
  }
}

function refersTo(value: unknown, logicalId: string): boolean {
  return typeof value === 'object' && value !== null && 'Ref' in value && value.Ref === logicalId
}

const PSEUDO_PARAMETERS: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
}

/** @throws when the folder holds no assembly or a template has a part that the local run does not know. */
export function readAssembly(folder: string, settings: Settings): Assembly {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const { artifacts } = Manifest.parse(read('manifest.json'))
  const stacks: Stack[] = []
  for (const [id, { type, properties }] of Object.entries(artifacts)) {
    if (type !== 'aws:cloudformation:stack' || !properties?.templateFile) continue
    stacks.push({ name: properties.stackName ?? id, ...RawTemplate.parse(read(properties.templateFile)) })
  }
  return new Assembly(stacks, settings)
}
