// Reads a canonical topic with Apache's own clients: java -cp <jars> Subscribe.java <brokers> <registry> <topic> <group> [reader schema file]
// Needs kafka-clients, zstd-jni, org.apache.avro:avro and jackson-databind.
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Conversions.DecimalConversion;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions.TimestampMicrosConversion;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Confluent's wire format: a zero byte, four bytes of schema id, Avro. */
class CanonicalReader {
    private final Map<Integer, GenericDatumReader<GenericRecord>> readers = new HashMap<>();
    private final GenericData data = new GenericData();
    private final String registry;
    private final Schema own;

    /** With a schema of your own every record reads as that version of the model, whichever version wrote it; null: as it was written. */
    CanonicalReader(String registry, Schema own) {
        this.registry = registry;
        this.own = own;
        data.addLogicalTypeConversion(new DecimalConversion());
        data.addLogicalTypeConversion(new TimestampMicrosConversion());
    }

    GenericRecord read(byte[] bytes) throws Exception {
        int id = ByteBuffer.wrap(bytes).getInt(1);
        if (!readers.containsKey(id)) {
            Schema writer = schemaOf(id);
            readers.put(id, new GenericDatumReader<>(writer, own == null ? writer : own, data));
        }
        return readers.get(id).read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
    }

    private Schema schemaOf(int id) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(registry + "/schemas/ids/" + id)).build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (answer.statusCode() != 200) throw new IllegalStateException("the registry answers " + answer.statusCode() + " for schema " + id);
        return new Schema.Parser().parse(new ObjectMapper().readTree(answer.body()).get("schema").asText());
    }
}

class Subscribe {
    public static void main(String[] args) throws Exception {
        var reader = new CanonicalReader(args[1], args.length < 5 ? null : new Schema.Parser().parse(Files.readString(Path.of(args[4]))));
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", args[0],
            "group.id", args[3],
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed"); // Java's default is read_uncommitted
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(args[2]));
            while (true) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    GenericRecord value = record.value() == null ? null : reader.read(record.value()); // null: the entity was deleted
                    print(record, value);
                }
            }
        }
    }

    private static void print(ConsumerRecord<String, byte[]> record, GenericRecord value) throws Exception {
        var headers = new LinkedHashMap<String, String>();
        for (var header : record.headers()) headers.put(header.key(), new String(header.value()));
        var line = new LinkedHashMap<String, Object>();
        line.put("partition", record.partition());
        line.put("key", record.key());
        line.put("headers", headers);
        line.put("value", plain(value));
        System.out.println(new ObjectMapper().writeValueAsString(line));
    }

    /** What Jackson can write: decimals with all their digits, times as microseconds. */
    private static Object plain(Object value) {
        return switch (value) {
            case null -> null;
            case GenericRecord it -> {
                var fields = new LinkedHashMap<String, Object>();
                for (var field : it.getSchema().getFields()) fields.put(field.name(), plain(it.get(field.pos())));
                yield fields;
            }
            case List<?> it -> it.stream().map(Subscribe::plain).toList();
            case BigDecimal it -> it.toPlainString();
            case Instant it -> ChronoUnit.MICROS.between(Instant.EPOCH, it);
            case Number it -> it;
            case Boolean it -> it;
            default -> value.toString();
        };
    }
}
