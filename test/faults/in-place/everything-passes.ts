// In the place of the mark of republishing: whatever comes is new.
export const passes = (): boolean => true
