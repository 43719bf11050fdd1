/** Keeps the staff page for a desk without a network; awards wait in the page's own outbox, never here. */
import { keep } from './keep.ts'

keep('/staff/', [])
