/** Listening, on this machine only. */
import type { Server } from 'node:http'
import { Remedy } from './remedy.ts'

/** @param port 0 lets the system choose. @throws Remedy when somebody else has the port. */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(isTaken(error) ? taken(port) : error))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** Ends open connections too: a browser keeps one for minutes. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

function isTaken(error: Error): boolean {
  return 'code' in error && (error.code === 'EADDRINUSE' || error.code === 'EACCES')
}

function taken(port: number): Remedy {
  return new Remedy(`Port ${port} is not free; stop what uses it or choose another: PORT=${port + 1} npm start.`)
}
