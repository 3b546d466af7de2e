import { rules } from '../../../../canonical/rules.ts'

export default [
  rules('customer.v1', {
    'crm-somebody': {
      says: 'A customer in the CRM can be greeted or reached: a name, a company, an address for mail or a telephone number.', broken: 'warn',
      rule: 'custom', fields: ['firstName', 'lastName', 'fullName', 'company', 'email', 'phone'],
      holds: (it) => [it.firstName, it.lastName, it.fullName, it.company, it.email, it.phone].some((text) => text !== null && text !== ''),
    },
  }),
]
