/**
 * Compiles a catalogue to syntax trees while it is bundled: a message with a broken brace stops the build and not a
 * reader's screen.
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { createIntl } from 'react-intl'
import type { Plugin } from 'vite'

const CATALOGUE = /\/i18n\/messages\/[a-z]+\/([A-Za-z-]+)\.json$/

/** @returns a plugin whose catalogues stay JSON, with a tree in the place of each text. */
export function compiledMessages(): Plugin {
  return {
    name: 'compiled-messages',
    enforce: 'pre',
    load(id) {
      if (!CATALOGUE.test(id)) return null
      const texts = Object.entries(JSON.parse(readFileSync(id, 'utf8')) as Record<string, string>)
      const locale = basename(id, '.json')
      return JSON.stringify(Object.fromEntries(texts.map(([key, text]) => [key, treeOf(key, text, locale)])))
    },
  }
}

/** A text without variables stays one literal; it needs no tree at run time either way. */
function treeOf(key: string, text: string, locale: string): unknown {
  try {
    const { formatters } = createIntl({ locale, messages: {}, onError: () => undefined })
    return formatters.getMessageFormat(text, locale, undefined, { ignoreTag: false }).getAst()
  } catch (cause) {
    throw new Error(`${locale}: ${key}: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}
