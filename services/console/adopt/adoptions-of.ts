import { HttpException } from '@nestjs/common'
import type { Adoption } from '../../../canonical/models.generated.ts'
import { booksUnit } from '../../runtime/books-unit.ts'
import { trouble } from '../trouble.ts'
import { type AdoptParts, adoptables } from './adoptable.ts'
import { movedBooks } from './moved-topics.ts'

/** What an order to adopt says: each partition with both ids and its position. Refused where one topic of the unit does not continue what was read. */
export async function adoptionsOf(it: AdoptParts, unit: string | undefined): Promise<Adoption[]> {
  if (unit === undefined || (unit !== booksUnit && !it.units.includes(unit))) throw new HttpException(trouble('command.unknown', `adopt needs a source or target, or ${booksUnit}; there are ${it.units.join(', ')}`), 400)
  // Its command and receipts would not be read before.
  if (unit !== booksUnit && (await movedBooks(it.cluster, it.ledger)).length > 0) throw new HttpException(trouble('adopt.refused', `the hub's own topics come first: adopt ${booksUnit}`), 409)
  const { units: [found] } = await adoptables(it, unit)
  if (found === undefined) throw new HttpException(trouble('adopt.nothing', `${unit} does not stand still because of a topic of another id, or its program does not run`), 409)
  const differing = found.partitions.filter(({ fits }) => !fits)
  if (differing.length > 0) throw new HttpException(trouble('adopt.refused', differing.map(({ topic, partition, checked }) => `${topic}/${partition}: ${checked}`).join('; ')), 409)
  return found.partitions.map(({ topic, partition, was, now, position }) => ({ topic, partition, was, now, position: position! }))
}
