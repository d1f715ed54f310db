// Ajv's word on many values at once: {schemas, cases: [[schema name, value]]} on stdin, [true, false, …] on stdout.
import {readFileSync} from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const {schemas, cases} = JSON.parse(readFileSync(0, "utf8"));
const ajv = new Ajv2020.default({strict: true, strictTypes: false, strictRequired: false, unicodeRegExp: true});
const checks = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));
process.stdout.write(JSON.stringify(cases.map(([name, value]) => checks[name](value))));
