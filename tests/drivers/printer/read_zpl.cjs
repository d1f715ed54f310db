// Every label of a ZPL job as a PNG beside it, drawn by zpl-renderer-js.
'use strict';
const fs = require('fs');
const path = require('path');
const { ready } = require('zpl-renderer-js');

const [job, width, height] = process.argv.slice(2);
ready
  .then(({ api }) => api.zplToBase64MultipleAsync(fs.readFileSync(job, 'latin1'), Number(width), Number(height), 8))
  .then((labels) => {
    const names = labels.map((label, n) => {
      fs.writeFileSync(path.join(path.dirname(job), `label-${n}.png`), Buffer.from(label, 'base64'));
      return `label-${n}.png`;
    });
    process.stdout.write(JSON.stringify(names), () => process.exit(0));
  })
  .catch((wrong) => {
    console.error(wrong);
    process.exit(1);
  });
