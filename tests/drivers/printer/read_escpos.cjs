// The rows of an ESC/POS job as npos reads them: its parser splits the commands, its codec decodes each picture.
'use strict';
const fs = require('fs');
const npos = require('npos');

const raw = fs.readFileSync(process.argv[2]);
const { tree, error } = npos.parser().analyze(raw);
if (error) throw error;
const rows = [];
let left = 0;
for (const node of tree) {
  const name = node.ascii + (node.fn || '');
  if (name === 'ESC$') {
    left = raw.readUInt16LE(node.offset + 2);
  } else if (name === 'ESCJ') {
    for (let n = 0; n < raw[node.offset + 2]; n++) rows.push('');
  } else if (name === 'GSv0') {
    const image = npos.codecs.raster.decode(raw, [{ offset: node.offset }]);
    for (let y = 0; y < image.height; y++) {
      let row = '0'.repeat(left);
      for (let x = 0; x < image.width; x++) row += image.getPixel(x, y) === 0 ? '1' : '0';
      rows.push(row);
    }
    left = 0;
  } else if (!['ESC@', 'ESCd', 'GSV', 'GS(H'].includes(name)) {
    throw new Error(`npos found ${name} at ${node.offset}`);
  }
}
process.stdout.write(JSON.stringify(rows));
