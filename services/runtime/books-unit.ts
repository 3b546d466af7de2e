/** Under which name the reconciler reads the hub's own topics. */
export const booksUnit = 'books'
