/** Writes a text of plain ASCII into the bytes from `at` on; false where it is none, and then whatever was written there is rubbish. For short texts cheaper than a call into the runtime. */
export function asciiInto(bytes: Buffer, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return false
    bytes[at + i] = code
  }
  return true
}
