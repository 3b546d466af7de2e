/** Why the CRM does not take a body, or null. The reasons that real ones have: formats, lengths, characters. */
export function refusal(collection: string, body: unknown, refuse: string): { code: string; field: string; says: string } | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { code: 'body.not_object', field: '', says: 'The body has to be a JSON object.' }
  for (const [field, value] of Object.entries(body)) {
    if (refuse !== '' && value === refuse) return { code: 'field.refused', field, says: 'This value is not taken at present.' }
    if (typeof value === 'string' && /[\u0000-\u0008]/.test(value)) return { code: 'field.control_characters', field, says: 'Text must not hold control characters.' }
    if (typeof value === 'string' && value.length > 5_000) return { code: 'field.too_long', field, says: 'Text may have 5,000 characters.' }
  }
  const { email, currency } = body as { email?: unknown; currency?: unknown }
  if (typeof email === 'string' && !email.includes('@')) return { code: 'field.not_email', field: 'email', says: 'An address for mail has an @.' }
  if (collection === 'orders' && (typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency))) return { code: 'field.not_currency', field: 'currency', says: 'An order has an ISO 4217 currency.' }
  return null
}
