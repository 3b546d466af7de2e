const secretParameters = /pass|secret|token|key/i

/** A URL as it may be shown: without password, and without parameters that look like one. Text that is no URL is shown only when it cannot hold one. */
export function masked(url: string): string {
  if (!url.includes('://') || !URL.canParse(url)) return url.includes('@') ? '***' : url
  const shown = new URL(url)
  if (shown.password !== '') shown.password = '***'
  for (const name of shown.searchParams.keys()) if (secretParameters.test(name)) shown.searchParams.set(name, '***')
  return shown.href.replace(/\/$/, '')
}
