/** How the receipt of an interval that a target will never read is answered: its topic does not hold it any more, and a person said to go on behind it. */
export const passedOver = 'passed-over'
