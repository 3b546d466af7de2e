/** An approval is for the records that were there when it was given, not for what somebody sends again next month. */
const holdsMs = 86_400_000

/** Whether a person who let the unit go on (in milliseconds; -Infinity: nobody) let this record through with it. */
export const isApproved = (timestamp: number, approvedAt: number): boolean => timestamp <= approvedAt && Date.now() <= approvedAt + holdsMs
