import { dataCode, dataCodes } from '../../canonical/codes.ts'
import { brokerCodes } from './broker-codes.ts'
import type { FailureClass } from './failure-classes.ts'

/** What an error code means, what the hub does by itself (its class), and what a person does: one plain sentence each. */
export interface Code { readonly class: FailureClass; readonly says: string; readonly todo: string }

/** The codes of the programs and their surroundings. Reasons to refuse a record have their own table in canonical/. */
export const programCodes = {
  'settings.wrong': { class: 'stopped', says: 'A setting is missing or cannot be read.', todo: 'Set the variables that the message names, then start again.' },

  'console.no_url': { class: 'notice', says: 'The command does not know where the console is.', todo: 'Start the hub here with npm start, or give --url and --token (or HUB_CONSOLE_URL and HUB_CONSOLE_TOKEN).' },
  'console.unreachable': { class: 'notice', says: 'The console does not answer.', todo: 'See whether the hub runs (npm start), and whether the address is right.' },
  'console.no_token': { class: 'notice', says: 'The console asks for a bearer token and got none.', todo: 'Give --token or HUB_CONSOLE_TOKEN; npm start prints it and writes it to .hub/endpoints.json.' },
  'console.wrong_token': { class: 'notice', says: 'The console does not know this token.', todo: 'Use the token that the console was started with (HUB_CONSOLE_TOKEN).' },
  'console.not_found': { class: 'notice', says: 'The console has no such path.', todo: 'See /openapi.json for what there is.' },
  'console.not_understood': { class: 'notice', says: 'The request does not fit what this path takes.', todo: 'Put right what the detail names; /openapi.json describes the path.' },
  'console.not_allowed': { class: 'notice', says: 'The token does not give the right to this.', todo: 'Ask who runs the hub for the token of HUB_CONSOLE_RAW_TOKEN; what is read with it is personal data.' },
  'rejection.unknown': { class: 'notice', says: 'There is no such rejection.', todo: 'Look it up: npm run hub -- rejections list --status any.' },
  'finding.unknown': { class: 'notice', says: 'There is no such finding.', todo: 'Look it up: npm run hub -- findings list --status any.' },
  'command.unknown': { class: 'notice', says: 'There is no such unit or command.', todo: 'See npm run hub -- status for the units.' },
  'adopt.nothing': { class: 'notice', says: 'There is no topic of another id to go on with.', todo: 'See npm run hub -- adopt --all --dry-run; a program has to run to say which topics it remembers.' },
  'adopt.refused': { class: 'notice', says: 'It is not shown that the topic continues the one that was read, so the unit stays stopped.', todo: 'Do what the detail says. A topic with other offsets or other records begins a new history under another name: see Kafka was moved, in the runbook.' },
  'console.failed': { class: 'notice', says: 'The console met an error that it does not know.', todo: 'Look at the console\'s log; report it if it stays.' },
  'console.strange_answer': { class: 'notice', says: 'What answers at this address is not this version of the console.', todo: 'Check the address, and that command and console are of the same version.' },
  'console.books_behind': { class: 'notice', says: 'The reconciler has not read what the units said last, so their states are old.', todo: 'See that the reconciler runs and what its /health/ready says.' },
  'command.usage': { class: 'notice', says: 'The command was not understood.', todo: 'See npm run hub -- help.' },

  'unit.paused': { class: 'person', says: 'A person paused the unit.', todo: 'Resume it when the reason is gone: npm run hub -- resume <unit> --reason "...".' },
  'unit.orders_unread': { class: 'person', says: 'The program has not read yet which units people have paused, and begins nothing before.', todo: 'See that Kafka and the registry answer, and that the topic of commands is there. It goes on by itself.' },
  'unit.too_many_refused': { class: 'environment', says: 'More of the records are refused than the card allows, so the partition is held back: the source or the mapping has changed.', todo: 'See npm run hub -- rejections groups. Put mapping or source right: it goes on by itself, then redrive. To have what is there refused all the same: npm run hub -- resume <source> --reason "...".' },
  'unit.too_many_open': { class: 'environment', says: 'As many rejections of a partition are open as the hub holds; the partition reads nothing more.', todo: 'See npm run hub -- rejections groups; redrive or discard them. It goes on by itself.' },
  'stage.bug': { class: 'stopped', says: 'The program met an error that has no name: a bug of the hub.', todo: 'Report it with the log, which holds where it happened. The partition waits; a restart tries again, and nothing is lost by it.' },
  'table.unread': { class: 'environment', says: 'A table that records are compared with has not been read to its end yet.', todo: 'See that its topic exists and that the hub may read it. The source begins by itself.' },
  'table.stale': { class: 'environment', says: 'A table that records are compared with could not be read for longer than its card allows, so nobody is judged by it.', todo: 'See that Kafka answers and that the topic of the table is there. The source goes on by itself; nothing was rejected.' },
  'table.key_awaited': { class: 'environment', says: 'A record names a key that its table does not hold yet, and the rule says to wait for it.', todo: 'Have the owner of the table send the key; else the record is judged when it is as old as the rule says.' },
  'unit.silent': { class: 'notice', says: 'Whoever held this partition has said nothing for 30 seconds.', todo: 'See whether the program still runs; npm start and the pod\'s log tell. Another process takes its partitions over.' },

  'kafka.unreachable': { class: 'notice', says: 'Kafka does not answer.', todo: 'See that the brokers run and that HUB_KAFKA_BROKERS is right.' },
  'kafka.tls_refused': { class: 'environment', says: 'Kafka and the hub do not agree on TLS.', todo: 'Do what the message says: HUB_KAFKA_TLS_CA, HUB_KAFKA_TLS_CERT with HUB_KAFKA_TLS_KEY, or the addresses. The programs go on by themselves where the fault was the broker\'s, and after a restart where it was a setting.' },
  'kafka.no_answer': { class: 'transient', says: 'A broker gave no answer, so that nobody knows what the request did.', todo: 'Nothing: the partition is acquired anew and its position tells. When it stays, see that the brokers run.' },
  'kafka.lease_lost': { class: 'transient', says: 'Another process has taken this partition over, or the group is sharing partitions out again.', todo: 'Nothing: a few at each restart or rebalance are normal.' },
  'kafka.state_lost': { class: 'stopped', says: 'The source has a position, and the state that goes with it is gone: what was open or parked is not known.', todo: 'Find out what happened to the topic state.<source>; restore it, or agree with the steward where to begin anew.' },
  'kafka.topic_recreated': { class: 'stopped', says: 'The topic has another id than the one that was read: it was deleted and made anew, or lies in another Kafka. Its offsets may mean other records now.', todo: 'Where Kafka was moved with its offsets: npm run hub -- adopt --all --dry-run says what continues what was read. Else find out who re-created it and what it held; the runbook says how to begin a new history.' },
  'kafka.position_lost': { class: 'stopped', says: 'The committed position is gone, and what was handled since the beginning is not known from it.', todo: 'See whether the offsets of the group expired or were deleted; the canonical topic shows by its origins what was handled. Then set the position.' },
  'kafka.range_lost': { class: 'stopped', says: 'Records were deleted before they were handled, or after; the message names the range.', todo: 'At a source: have it send the named range again, then set the position behind it. At a target: see npm run hub -- bootstrap <target> --dry-run; it goes on behind what is gone when a person says so. And raise the retention of the topic.' },
  'kafka.partition_waits': { class: 'environment', says: 'The source got more partitions, and this new one waits until the older ones are through with what they held: an entity may have moved here from there.', todo: 'Nothing: it begins by itself. Where a partition that it waits for stands still, look at that one. Raise partitions to a multiple only.' },
  'kafka.partition_count': { class: 'environment', says: 'A topic has another number of partitions than its card says.', todo: 'Put the card or the topic right. Canonical topics keep their number: a key would change its partition.' },
  'kafka.not_given': { class: 'notice', says: 'The program was not told where Kafka is.', todo: 'Set HUB_KAFKA_BROKERS.' },
  'registry.unreachable': { class: 'environment', says: 'The schema registry does not answer.', todo: 'See that it runs and that HUB_REGISTRY_URL is right. Units pause meanwhile and go on by themselves.' },
  'registry.refuses': { class: 'environment', says: 'The schema registry refuses the request.', todo: 'Read its answer: credentials, or a schema that breaks its subject\'s compatibility.' },
  'registry.no_schema': { class: 'environment', says: 'The registry does not know the schema that a record of the hub was written with.', todo: 'See that HUB_REGISTRY_URL is the registry of the programs that wrote it.' },
  'registry.no_id': { class: 'environment', says: 'The registry has no id for a schema that the hub writes.', todo: 'Register the schemas (npm start does).' },
  'ledger.unreachable': { class: 'environment', says: 'The ledger database does not answer. Data keep flowing; books and status stand still.', todo: 'See that PostgreSQL runs and that HUB_LEDGER_URL is right.' },
  'registry.not_given': { class: 'notice', says: 'The program was not told where the schema registry is.', todo: 'Set HUB_REGISTRY_URL.' },
  'ledger.not_given': { class: 'notice', says: 'The program was not told where the ledger database is.', todo: 'Set HUB_LEDGER_URL.' },
  'ledger.conflict': { class: 'transient', says: 'Two writers of the ledger met.', todo: 'Nothing: it is tried again.' },
  'ledger.no_tables': { class: 'environment', says: 'The ledger database lacks tables or columns.', todo: 'Apply the migrations: node services/runtime/ledger/migrate.ts.' },
  'ledger.migration_failed': { class: 'environment', says: 'A migration of the ledger did not go through.', todo: 'Read the message, put right what it names, then migrate again.' },
  'ledger.migration_edited': { class: 'environment', says: 'A migration was changed after it had been applied.', todo: 'Restore the file; put the change into a new migration.' },
  'endpoint.not_given': { class: 'notice', says: 'The console was not told where this is.', todo: 'Give the console the setting that the detail names.' },
  'endpoint.unreachable': { class: 'notice', says: 'It does not answer.', todo: 'See that it runs and that its address is right.' },

  'lease.lost': { class: 'transient', says: 'Another process has taken this partition over.', todo: 'Nothing: a few at each restart or rebalance are normal.' },
  'position.topic_recreated': { class: 'stopped', says: 'The topic has another id than the one that the target was fed from: it was deleted and made anew, or lies in another Kafka. The target\'s position may mean other records now.', todo: 'Where Kafka was moved with its offsets: npm run hub -- adopt --all --dry-run says what continues what was read. Else find out who re-created the topic; when its records are to be delivered from the start, remove the target\'s row in hub.position.' },
  'target.refuses_books': { class: 'stopped', says: 'The target refuses what the hub keeps for itself there: positions, outbox, state.', todo: 'See what was changed on the tables of the schema hub; restore them, then restart the sink.' },
  'target.unreachable': { class: 'transient', says: 'The target does not answer.', todo: 'See that it runs and that its address is right. Nothing is rejected meanwhile.' },
  'target.interrupted': { class: 'transient', says: 'The target broke off a transaction: a deadlock, a restart, a limit of time.', todo: 'Nothing: it is done again. When it stays, look at the target\'s own log.' },
  'target.commit_unknown': { class: 'transient', says: 'The connection broke before the target had answered to COMMIT.', todo: 'Nothing: the position in the target tells whether it was done.' },
  'target.too_many_connections': { class: 'transient', says: 'The target takes no more connections.', todo: 'Raise its limit, or lower the sink\'s setting for connections.' },
  'target.out_of_resources': { class: 'environment', says: 'The target has no disk or memory left.', todo: 'Make room there; the sink goes on by itself.' },
  'target.not_allowed': { class: 'environment', says: 'The target refuses the credentials or lacks a permission.', todo: 'Put user, password, token or grants right; the sink goes on by itself.' },
  'target.not_as_expected': { class: 'environment', says: 'The target lacks a table, a column or a collection.', todo: 'Restore what the message names; the sink goes on by itself.' },
  'target.asks_for_rest': { class: 'environment', says: 'The target asks to be left alone for longer than a record is waited for.', todo: 'Nothing: the sink goes on when the time is over. When it stays, agree a higher rate with the owner of the API.' },
  'target.table_differs': { class: 'environment', says: 'A table exists with other columns than this target writes. Nothing was altered.', todo: 'Rename or migrate the table as the message says; the sink goes on by itself.' },
  'target.rule_unkept': { class: 'stopped', says: 'A rule of a target is about a field that the target has no column for.', todo: 'Put the rule or the mapping of the target right.' },
  'target.too_old': { class: 'environment', says: 'The database is older than this target needs.', todo: 'Upgrade it to the version that the message names.' },
  'target.cannot_open': { class: 'environment', says: 'The target could not be prepared.', todo: 'Read the message: it is the target\'s own.' },
  'target.refuses_many': { class: 'environment', says: 'Within a minute more entities than the card allows were refused for one cause, so the fault is at the target and not in the data. What comes next waits, and nothing more is rejected for it.', todo: 'See what was changed at the target: the sink goes on by itself, then redrive what was refused before. To have what is there refused all the same: npm run hub -- resume <target> --reason "...".' },
  'target.refused': { class: 'data', says: 'The target refuses the values of one record.', todo: 'Compare the named field with what the target takes; put mapping or target right, then redrive.' },

  'http.not_found': { class: 'notice', says: 'This program serves /health/live, /health/ready and /metrics.', todo: 'Ask for one of these; the API is the console\'s, on a port of its own.' },

  'order.parked': { class: 'data', says: 'An earlier record of this entity was refused, and of this model every record counts, in order: this one waits for it.', todo: 'Redrive or discard the earlier one; what waits follows by itself, in order.' },

  'books.lease_lost': { class: 'transient', says: 'Another reconciler has taken this partition over.', todo: 'Nothing: a few at each restart are normal.' },
  'books.unreadable': { class: 'stopped', says: 'A receipt or a rejection cannot be decoded. The books stop rather than leave it out.', todo: 'See that the registry holds the schema and that only the hub writes to its topics.' },
} as const satisfies Readonly<Record<string, Code>>

/** Every code that no record is refused by. */
export const runtimeCodes = { ...programCodes, ...brokerCodes }
export type RuntimeCode = keyof typeof runtimeCodes
/** The codes of one class: only with these a failure of that class can be made. */
export type CodeOf<C extends FailureClass> = { [K in RuntimeCode]: (typeof runtimeCodes)[K]['class'] extends C ? K : never }[RuntimeCode]

/** The whole table. */
export const everyCode: Readonly<Record<string, Code>> = { ...Object.fromEntries(Object.entries(dataCodes).map(([code, it]) => [code, { class: 'data' as const, ...it }])), ...runtimeCodes }

/** What a code means and what to do; a code that is not listed says so instead of nothing. Of a rule: `rule.<its name>`. */
export function codeEntry(code: string): { readonly says: string; readonly todo: string } {
  const { says, todo } = Object.hasOwn(everyCode, code) ? everyCode[code]! : dataCode(code)
  return { says, todo }
}
