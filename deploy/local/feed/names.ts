export const firstNames = ['Jane', 'Zoë', 'Paul', 'Marta', 'Ivan', 'Chloé', 'Anna', 'Omar', 'Léon', 'Søren', 'Maja', '花子', 'Noor', 'Tomás', 'Aoife', 'Björn', 'Ruth', 'Kofi', 'Ines', 'Piotr'] as const
export const lastNames = ['Doe', 'Müller', 'Smith', 'Rossi', 'Petrov', 'Kim', 'Díaz', 'Novák', "O'Brien", '田中', 'Nielsen', 'Al-Sabah', 'Dubois', 'Kowalska', 'Mensah', 'Ferreira'] as const
export const streets = ['Chestnut Street', 'Rue de la Paix', 'Hauptstraße', 'Via Roma', 'High Street', 'Market Street', 'Gran Vía', 'Åsgatan'] as const
export const things = ['Scooter', 'Car battery', 'Drill bits', 'Hammer', 'Jacket', 'Spare tire', 'Kettle', 'Desk lamp', 'Notebook', 'Tea "Earl Grey"', 'Wool socks', 'Bike pump', 'Crème brûlée set', 'Rocks'] as const
export const makers = ['Acme', 'Nordlys', 'Brüder & Söhne', 'Kitano', 'Old Mill'] as const
export const notes = ['Please ring twice.', 'Leave it at the door 🚪', 'Birthday present: no invoice in the box.', 'Zweiter Stock, links\nKlingel defekt', 'Call "before" delivery'] as const
export const tags = ['vip', 'wholesale', 'gift', 'Noël', 'phone order'] as const

export interface Place { country: string; name: string; city: string; zip: string; region: string | null; regionCode: string | null; currency: 'EUR' | 'USD' | 'GBP' | 'JPY' | 'KWD'; taxPermille: number; taxName: string; taxIncluded: boolean }
const de: Place = { country: 'DE', name: 'Germany', city: 'Köln', zip: '50667', region: null, regionCode: null, currency: 'EUR', taxPermille: 190, taxName: 'DE MwSt', taxIncluded: true }
const fr: Place = { country: 'FR', name: 'France', city: 'Lyon', zip: '69001', region: null, regionCode: null, currency: 'EUR', taxPermille: 200, taxName: 'FR TVA', taxIncluded: true }
const us: Place = { country: 'US', name: 'United States', city: 'Louisville', zip: '40202', region: 'Kentucky', regionCode: 'KY', currency: 'USD', taxPermille: 60, taxName: 'State Tax', taxIncluded: false }
const gb: Place = { country: 'GB', name: 'United Kingdom', city: 'Leeds', zip: 'LS1 4AP', region: 'England', regionCode: 'ENG', currency: 'GBP', taxPermille: 200, taxName: 'VAT', taxIncluded: true }
const jp: Place = { country: 'JP', name: 'Japan', city: '大阪市', zip: '530-0001', region: 'Ōsaka', regionCode: 'JP-27', currency: 'JPY', taxPermille: 100, taxName: '消費税', taxIncluded: true }
const kw: Place = { country: 'KW', name: 'Kuwait', city: 'Kuwait City', zip: '13001', region: null, regionCode: null, currency: 'KWD', taxPermille: 0, taxName: 'none', taxIncluded: false }
/** Repeated by weight. */
export const homes: readonly Place[] = [us, us, us, us, us, us, de, de, de, de, fr, fr, fr, gb, gb, gb, jp, jp, jp, kw]
