/**
 * Reads a cloud assembly and resolves the intrinsic functions of its templates. What it does not know it refuses, so
 * that a template which uses more of CloudFormation than the local run understands is noticed at once.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { ACCOUNT, arn, REGION } from './aws.ts'

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
}

type Naming = {
  /** The property that names the resource when the template insists. */
  readonly nameIn?: string
  readonly ref: (name: string) => string
  readonly attributes: Readonly<Record<string, (name: string) => string>>
}

const itself = (name: string) => name

const NAMING: Readonly<Record<string, Naming>> = {
  'AWS::DynamoDB::Table': {
    nameIn: 'TableName',
    ref: itself,
    attributes: {
      Arn: (name) => arn('dynamodb', `table/${name}`),
      StreamArn: (name) => arn('dynamodb', `table/${name}/stream/2026-01-01T00:00:00.000`),
    },
  },
  'AWS::Lambda::Function': {
    nameIn: 'FunctionName',
    ref: itself,
    attributes: { Arn: (name) => arn('lambda', `function:${name}`) },
  },
  'AWS::SQS::Queue': {
    nameIn: 'QueueName',
    ref: (name) => `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${name}`,
    attributes: { Arn: (name) => arn('sqs', name), QueueName: itself },
  },
  'AWS::Events::EventBus': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('events', `event-bus/${name}`), Name: itself },
  },
  'AWS::Scheduler::Schedule': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('scheduler', `schedule/default/${name}`) },
  },
  'AWS::Scheduler::ScheduleGroup': {
    nameIn: 'Name',
    ref: itself,
    attributes: { Arn: (name) => arn('scheduler', `schedule-group/${name}`) },
  },
  'AWS::SecretsManager::Secret': {
    nameIn: 'Name',
    ref: (name) => arn('secretsmanager', `secret:${name}`),
    attributes: {},
  },
  'AWS::KMS::Key': { ref: itself, attributes: { Arn: (name) => arn('kms', `key/${name}`) } },
  'AWS::IAM::Role': { ref: itself, attributes: { Arn: (name) => arn('iam', `role/${name}`) } },
  'AWS::Logs::LogGroup': { ref: itself, attributes: { Arn: (name) => arn('logs', `log-group:${name}:*`) } },
  'AWS::ApiGatewayV2::Api': { ref: () => 'local', attributes: {} },
  'AWS::ApiGatewayV2::Authorizer': { ref: itself, attributes: {} },
  'AWS::ApiGatewayV2::Integration': { ref: itself, attributes: {} },
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
    const render = this.#naming(stack, logicalId).attributes[attribute]
    if (!render) throw new Error(`Template ${stack.name}: the attribute ${logicalId}.${attribute} is not supported`)
    return render(this.#name(stack, logicalId))
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
