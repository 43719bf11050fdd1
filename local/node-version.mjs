/**
 * Loaded before everything else: says in one sentence that Node is too old, where the types in our sources would
 * otherwise be a page of syntax errors. It is JavaScript that any Node can read.
 */
const MAJOR = 24

if (Number(process.versions.node.split('.')[0]) < MAJOR) {
  console.error(
    `This needs Node ${MAJOR} or newer and runs on ${process.versions.node}: ` +
      'use the npm scripts after npm ci, which brings its own Node on Linux, or install Node ' +
      `${MAJOR}.`,
  )
  process.exit(1)
}
