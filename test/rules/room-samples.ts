/** For each room of the table, little trees that break it; the rules are tested with them. */
import type { ALLOWED } from './rooms.ts'

type Sample = Readonly<Record<string, string>>

const VERB = "import { command } from '../platform/command.ts'\n"

export const BROKEN_ROOMS: Readonly<Record<keyof typeof ALLOWED, readonly Sample[]>> = {
  schema: [
    { 'functions/points/schema.ts': "import { GetCommand } from '@aws-sdk/lib-dynamodb'\n" },
    {
      'functions/points/row-schema.ts': "import { loadAccount } from './store.ts'\n",
      'functions/points/store.ts': '',
    },
    {
      'functions/points/schema.ts': "import { getItem } from '../platform/table.ts'\n",
      'functions/platform/table.ts': '',
    },
  ],
  events: [
    { 'functions/points/events.ts': "import { award } from './award.ts'\n", 'functions/points/award.ts': VERB },
    { 'functions/points/events.ts': "import { Hono } from 'hono'\n" },
  ],
  noun: [
    { 'functions/points/lots.ts': "import { randomInt } from 'node:crypto'\n" },
    { 'functions/points/lots.ts': "import { loadAccount } from './store.ts'\n", 'functions/points/store.ts': '' },
    {
      'functions/points/lots.ts': "import type { Tables } from '../platform/table.ts'\n",
      'functions/platform/table.ts': '',
    },
    { 'functions/points/lots.ts': "import { find } from '../members/find.ts'\n", 'functions/members/find.ts': VERB },
    { 'functions/points/lots.ts': "import { gone } from './gone.ts'\n" },
  ],
  verb: [
    { 'functions/points/award.ts': `${VERB}import { Hono } from 'hono'\n`, 'functions/platform/command.ts': '' },
    {
      'functions/points/award.ts': `${VERB}import { readProfile } from '../members/store.ts'\n`,
      'functions/platform/command.ts': '',
      'functions/members/store.ts': '',
    },
    {
      'functions/points/award.ts': `${VERB}import { memberRoutes } from '../members/routes.ts'\n`,
      'functions/platform/command.ts': '',
      'functions/members/routes.ts': '',
    },
    {
      'functions/points/award.ts': `${VERB}import { Answer, answer } from '../platform/http.ts'\n`,
      'functions/platform/command.ts': '',
      'functions/platform/http.ts': '',
    },
    {
      'functions/points/award.ts': `${VERB}import { putIf } from '../platform/table.ts'\n`,
      'functions/platform/command.ts': '',
      'functions/platform/table.ts': '',
    },
  ],
  store: [
    { 'functions/points/statement-store.ts': "import { Hono } from 'hono'\n" },
    { 'functions/points/store.ts': "import { award } from './award.ts'\n", 'functions/points/award.ts': VERB },
    {
      'functions/points/store.ts': "import { readProfile } from '../members/store.ts'\n",
      'functions/members/store.ts': '',
    },
  ],
  routes: [
    { 'functions/points/routes.ts': "import { loadAccount } from './store.ts'\n", 'functions/points/store.ts': '' },
    { 'functions/points/routes.ts': "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'\n" },
  ],
  platform: [
    {
      'functions/platform/http.ts': "import { programBook } from '../program/current.ts'\n",
      'functions/program/current.ts': VERB,
    },
  ],
  shared: [
    {
      'functions/shared/dates.ts': "import { Refusal } from '../platform/problem.ts'\n",
      'functions/platform/problem.ts': '',
    },
    { 'functions/shared/points.ts': "import { ulid } from 'ulid'\n" },
    { 'functions/shared/points.ts': "import { lots } from '../points/lots.ts'\n", 'functions/points/lots.ts': '' },
  ],
}
