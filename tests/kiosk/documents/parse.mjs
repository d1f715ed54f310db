// What the parser of the AsyncAPI initiative says of the document on stdin: {valid, told: [[severity, code, message]]}.
import {readFileSync} from "node:fs";
import {Parser} from "@asyncapi/parser";

const {document, diagnostics} = await new Parser().parse(readFileSync(0, "utf8"));
const told = diagnostics.map((one) => [one.severity, String(one.code), one.message]);
process.stdout.write(JSON.stringify({valid: document !== undefined, told}));
