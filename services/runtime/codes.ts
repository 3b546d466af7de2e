/** What an error code means and what to do about it: one plain sentence each. */
export interface Code { readonly says: string; readonly todo: string }

/** The codes of the programs and their surroundings. Data refusals have their own table in canonical/. */
export const runtimeCodes = {
  'settings.wrong': { says: 'A setting is missing or cannot be read.', todo: 'Set the variables that the message names, then start again.' },

  'console.no_url': { says: 'The command does not know where the console is.', todo: 'Start the hub here with npm start, or give --url and --token (or HUB_CONSOLE_URL and HUB_CONSOLE_TOKEN).' },
  'console.unreachable': { says: 'The console does not answer.', todo: 'See whether the hub runs (npm start), and whether the address is right.' },
  'console.no_token': { says: 'The console asks for a bearer token and got none.', todo: 'Give --token or HUB_CONSOLE_TOKEN; npm start prints it and writes it to .hub/endpoints.json.' },
  'console.wrong_token': { says: 'The console does not know this token.', todo: 'Use the token that the console was started with (HUB_CONSOLE_TOKEN).' },
  'console.not_found': { says: 'The console has no such path.', todo: 'See /openapi.json for what there is.' },
  'console.not_understood': { says: 'The request does not fit what this path takes.', todo: 'Put right what the detail names; /openapi.json describes the path.' },
  'console.not_allowed': { says: 'The token does not give the right to this.', todo: 'Ask who runs the hub for the token of HUB_CONSOLE_RAW_TOKEN; what is read with it is personal data.' },
  'rejection.unknown': { says: 'There is no such rejection.', todo: 'Look it up: npm run hub -- rejections list --status any.' },
  'command.unknown': { says: 'There is no such unit or command.', todo: 'See npm run hub -- status for the units.' },
  'console.failed': { says: 'The console met an error that it does not know.', todo: 'Look at the console\'s log; report it if it stays.' },
  'console.strange_answer': { says: 'What answers at this address is not this version of the console.', todo: 'Check the address, and that command and console are of the same version.' },
  'console.books_behind': { says: 'The reconciler has not read what the units said last, so their states are old.', todo: 'See that the reconciler runs and what its /health/ready says.' },
  'command.usage': { says: 'The command was not understood.', todo: 'See npm run hub -- help.' },

  'unit.paused': { says: 'A person paused the unit.', todo: 'Resume it when the reason is gone: npm run hub -- resume <unit> --reason "...".' },
  'unit.orders_unread': { says: 'The program has not read yet which units people have paused, and begins nothing before.', todo: 'See that Kafka and the registry answer, and that the topic of commands is there. It goes on by itself.' },
  'unit.too_many_refused': { says: 'More of the records are refused than the card allows, so the partition is held back: the source or the mapping has changed.', todo: 'See npm run hub -- rejections groups. Put mapping or source right: it goes on by itself, then redrive. To have what is there refused all the same: npm run hub -- resume <source> --reason "...".' },
  'unit.too_many_open': { says: 'As many rejections of a partition are open as the hub holds; the partition reads nothing more.', todo: 'See npm run hub -- rejections groups; redrive or discard them. It goes on by itself.' },
  'unit.silent': { says: 'Whoever held this partition has said nothing for 30 seconds.', todo: 'See whether the program still runs; npm start and the pod\'s log tell. Another process takes its partitions over.' },

  'kafka.unreachable': { says: 'Kafka does not answer.', todo: 'See that the brokers run and that HUB_KAFKA_BROKERS is right.' },
  'kafka.tls_refused': { says: 'Kafka and the hub do not agree on TLS.', todo: 'Do what the message says: HUB_KAFKA_TLS_CA, HUB_KAFKA_TLS_CERT with HUB_KAFKA_TLS_KEY, or the addresses. The programs go on by themselves where the fault was the broker\'s, and after a restart where it was a setting.' },
  'kafka.sasl_authentication_failed': { says: 'Kafka refuses the login.', todo: 'Put HUB_KAFKA_SASL_MECHANISM, HUB_KAFKA_SASL_USERNAME and HUB_KAFKA_SASL_PASSWORD right, or the user at the brokers.' },
  'kafka.illegal_sasl_state': { says: 'The hub wants to log in where Kafka asks for no login.', todo: 'Name the port of a SASL listener in HUB_KAFKA_BROKERS, or leave HUB_KAFKA_SASL_MECHANISM empty.' },
  'kafka.partition_waits': { says: 'The source got more partitions, and this new one waits until the older ones are through with what they held: an entity may have moved here from there.', todo: 'Nothing: it begins by itself. Where a partition that it waits for stands still, look at that one. Raise partitions to a multiple only.' },
  'kafka.partition_count': { says: 'A topic has another number of partitions than its card says.', todo: 'Put the card or the topic right. Canonical topics keep their number: a key would change its partition.' },
  'kafka.not_given': { says: 'The program was not told where Kafka is.', todo: 'Set HUB_KAFKA_BROKERS.' },
  'kafka.topic_missing': { says: 'A topic of the hub does not exist.', todo: 'Create the hub\'s topics (npm start does), or check HUB_NAME.' },
  'registry.unreachable': { says: 'The schema registry does not answer.', todo: 'See that it runs and that HUB_REGISTRY_URL is right. Units pause meanwhile and go on by themselves.' },
  'registry.refuses': { says: 'The schema registry refuses the request.', todo: 'Read its answer: credentials, or a schema that breaks its subject\'s compatibility.' },
  'registry.no_schema': { says: 'The registry does not know the schema that a record of the hub was written with.', todo: 'See that HUB_REGISTRY_URL is the registry of the programs that wrote it.' },
  'registry.no_id': { says: 'The registry has no id for a schema that the hub writes.', todo: 'Register the schemas (npm start does).' },
  'ledger.unreachable': { says: 'The ledger database does not answer. Data keep flowing; books and status stand still.', todo: 'See that PostgreSQL runs and that HUB_LEDGER_URL is right.' },
  'registry.not_given': { says: 'The program was not told where the schema registry is.', todo: 'Set HUB_REGISTRY_URL.' },
  'ledger.not_given': { says: 'The program was not told where the ledger database is.', todo: 'Set HUB_LEDGER_URL.' },
  'ledger.conflict': { says: 'Two writers of the ledger met.', todo: 'Nothing: it is tried again.' },
  'ledger.no_tables': { says: 'The ledger database lacks tables or columns.', todo: 'Apply the migrations: node services/runtime/ledger/migrate.ts.' },
  'ledger.migration_failed': { says: 'A migration of the ledger did not go through.', todo: 'Read the message, put right what it names, then migrate again.' },
  'ledger.migration_edited': { says: 'A migration was changed after it had been applied.', todo: 'Restore the file; put the change into a new migration.' },
  'endpoint.not_given': { says: 'The console was not told where this is.', todo: 'Give the console the setting that the detail names.' },
  'endpoint.unreachable': { says: 'It does not answer.', todo: 'See that it runs and that its address is right.' },

  'lease.lost': { says: 'Another process has taken this partition over.', todo: 'Nothing: a few at each restart or rebalance are normal.' },
  'position.topic_recreated': { says: 'The topic was deleted and made anew, so the target\'s position means other records now.', todo: 'Find out who re-created the topic; when its records are to be delivered from the start, remove the target\'s row in hub.position.' },
  'target.unreachable': { says: 'The target does not answer.', todo: 'See that it runs and that its address is right. Nothing is rejected meanwhile.' },
  'target.interrupted': { says: 'The target broke off a transaction: a deadlock, a restart, a limit of time.', todo: 'Nothing: it is done again. When it stays, look at the target\'s own log.' },
  'target.commit_unknown': { says: 'The connection broke before the target had answered to COMMIT.', todo: 'Nothing: the position in the target tells whether it was done.' },
  'target.too_many_connections': { says: 'The target takes no more connections.', todo: 'Raise its limit, or lower the sink\'s setting for connections.' },
  'target.out_of_resources': { says: 'The target has no disk or memory left.', todo: 'Make room there; the sink goes on by itself.' },
  'target.not_allowed': { says: 'The target refuses the credentials or lacks a permission.', todo: 'Put user, password, token or grants right; the sink goes on by itself.' },
  'target.not_as_expected': { says: 'The target lacks a table, a column or a collection.', todo: 'Restore what the message names; the sink goes on by itself.' },
  'target.asks_for_rest': { says: 'The target asks to be left alone for longer than a record is waited for.', todo: 'Nothing: the sink goes on when the time is over. When it stays, agree a higher rate with the owner of the API.' },
  'target.table_differs': { says: 'A table exists with other columns than this target writes. Nothing was altered.', todo: 'Rename or migrate the table as the message says; the sink goes on by itself.' },
  'target.too_old': { says: 'The database is older than this target needs.', todo: 'Upgrade it to the version that the message names.' },
  'target.cannot_open': { says: 'The target could not be prepared.', todo: 'Read the message: it is the target\'s own.' },
  'target.refuses_most': { says: 'The target refuses most records of a chunk for one reason, so the fault is there and not in the data.', todo: 'See what was changed at the target; nothing was rejected.' },
  'target.refused': { says: 'The target refuses the values of one record.', todo: 'Compare the named field with what the target takes; put mapping or target right, then redrive.' },

  'order.parked': { says: 'An earlier record of this entity was refused, and of this model every record counts, in order: this one waits for it.', todo: 'Redrive or discard the earlier one; what waits follows by itself, in order.' },

  'books.lease_lost': { says: 'Another reconciler has taken this partition over.', todo: 'Nothing: a few at each restart are normal.' },
  'books.unreadable': { says: 'A receipt or a rejection cannot be decoded. The books stop rather than leave it out.', todo: 'See that the registry holds the schema and that only the hub writes to its topics.' },
} as const satisfies Readonly<Record<string, Code>>

export type RuntimeCode = keyof typeof runtimeCodes

/** The code's entry in the table; a code that is not listed says so instead of nothing. */
export const codeEntry = (code: string): Code => (Object.hasOwn(runtimeCodes, code) ? runtimeCodes[code as RuntimeCode] : { says: `No meaning is listed for ${code}.`, todo: 'Look at the program\'s log.' })
