declare global { interface JSON { rawJSON(text: string): object } }

/** A number that JSON can hold and JavaScript cannot: its digits go out as they are. */
export const jsonNumber = (digits: string): object => JSON.rawJSON(digits)
