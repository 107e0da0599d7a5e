'use strict';

// EventGate's own way to validate, and topics named as change-propagation reads them: after a data centre. What was
// accepted is written down with the time, a line of JSON each. In the environment: EVENTGATE, its folder; DATA_CENTRE;
// ACCEPTED, the file; GATE_FAULT, a file which may hold {"type":…,"times":…}: so many jobs of a type that are refused.

const fs = require('fs');
const eventgate = process.env.EVENTGATE;
const { makeValidate } = require(`${eventgate}/lib/factories/default-eventgate`);
const { EventGate } = require(`${eventgate}/lib/eventgate`);
const { ValidationError } = require(`${eventgate}/lib/error`);
const { GuaranteedProducer } = require(`${eventgate}/node_modules/@wikimedia/node-rdkafka-factory`);

const isToBeRefused = (event) => {
    const file = process.env.GATE_FAULT;
    const fault = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file)) : { times: 0 };
    if (fault.times <= 0 || fault.type !== event.type) {
        return false;
    }
    fs.writeFileSync(file, JSON.stringify({ ...fault, times: fault.times - 1 }));
    return true;
};

module.exports.factory = async (options, logger) => {
    const accepted = fs.openSync(process.env.ACCEPTED, 'a');
    const producer = await GuaranteedProducer.factory(options.kafka.conf, options.kafka.topic_conf);
    const validate = makeValidate(options, logger);
    return new EventGate({
        validate: (event) => {
            if (isToBeRefused(event)) {
                throw new ValidationError('as asked for', [{ message: 'as asked for' }]);
            }
            return validate(event);
        },
        produce: async (event) => {
            const message = JSON.stringify(event);
            const topic = `${process.env.DATA_CENTRE}.${event.meta.stream}`;
            await producer.produce(topic, undefined, Buffer.from(message), undefined);
            fs.writeSync(accepted, `{"at":${Date.now() / 1000},"event":${message}}\n`);
        },
        log: logger
    });
};
