/** Whether a customer is being served: then the page is neither sent away to renew a session nor reloaded. */
let reasons = 0

export function isDeskBusy(): boolean {
  return reasons > 0
}

/** @returns what ends it. */
export function beBusy(): () => void {
  reasons += 1
  let isOver = false
  return () => {
    if (!isOver) reasons -= 1
    isOver = true
  }
}
