/** How a member is named where the whole name must not be shown. */

/** `陳美玲` as `陳••`; a member without a name is `••`. */
export function maskedName(name: string | undefined): string {
  return `${[...(name ?? '')][0] ?? ''}••`
}
