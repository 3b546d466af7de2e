import { text } from '../../../../canonical/meanings.ts'

/** Shopify sends tags as one text, parted by commas. */
export const tagsOf = (tags: string): string[] => text(tags).split(',').map((tag) => tag.trim()).filter((tag) => tag !== '')
