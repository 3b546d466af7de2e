"""Reads a canonical topic with Confluent's Python client: python subscribe.py <brokers> <registry> <topic> <group> [reader schema file]

Needs: pip install 'confluent-kafka[avro]'
"""
import json
import sys
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def subscribe(brokers, registry_url, topic, group, schema=None):
    """Yields partition, key, headers, value of every committed record; value is None when the entity was deleted."""
    # With a schema of your own every record reads as that version of the model, whichever version wrote it.
    decode = AvroDeserializer(SchemaRegistryClient({"url": registry_url}), schema)
    consumer = Consumer({
        "bootstrap.servers": brokers,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
    })
    consumer.subscribe([topic])
    while True:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            raise RuntimeError(message.error())
        headers = {name: value.decode() for name, value in message.headers() or []}
        value = decode(message.value(), SerializationContext(topic, MessageField.VALUE))
        yield message.partition(), message.key().decode(), headers, value


def as_json(value):
    """Decimals with all their digits, times as microseconds: json would round the one and does not know the other."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)
    raise TypeError(type(value))


if __name__ == "__main__":
    brokers, registry_url, topic, group, *file = sys.argv[1:]
    schema = open(file[0], encoding="utf-8").read() if file else None
    for partition, key, headers, value in subscribe(brokers, registry_url, topic, group, schema):
        print(json.dumps({"partition": partition, "key": key, "headers": headers, "value": value}, default=as_json), flush=True)
