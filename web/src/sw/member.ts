/** Keeps the member page for the next visit without a network. Its scope is the whole origin, so it must leave much alone. */
import { keep } from './keep.ts'
import { FOREIGN_TO_MEMBER } from './scope.ts'

keep('/', FOREIGN_TO_MEMBER)
