// Reads CBOR by the npm package cbor2, which refuses what is not deterministic (RFC 8949 §4.2.1; draft-ietf-cbor-cde):
// hex a line in, JSON a line out. Bytes become {"hex"}, maps {"map": [[key, value]]}, tags {"tag", "value"}.
import { createInterface } from "node:readline";
import { decode, Tag } from "cbor2";

const plain = (value) => {
  if (value instanceof Uint8Array) return { hex: Buffer.from(value).toString("hex") };
  if (value instanceof Map) return { map: [...value].map(([key, held]) => [plain(key), plain(held)]) };
  if (value instanceof Tag) return { tag: Number(value.tag), value: plain(value.contents) };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "bigint") return String(value);
  return value;
};

for await (const line of createInterface({ input: process.stdin })) {
  let told;
  try {
    told = { refused: "", value: plain(decode(Buffer.from(JSON.parse(line).data, "hex"), { cde: true, rejectLongFloats: true, preferMap: true })) };
  } catch (wrong) {
    told = { refused: String(wrong.message).slice(0, 200) || "refused", value: null };
  }
  process.stdout.write(JSON.stringify(told) + "\n");
}
