// A Modbus TCP slave by modbus-serial; says on which port, and serves until it is ended.
import net from "node:net";
import { createRequire } from "node:module";

const { ServerTCP } = createRequire(import.meta.url)("modbus-serial");
const coils = new Map([[1, false]]);
const image = {
  getHoldingRegister: (address) => (address < 200 ? 1000 + address : Promise.reject({ modbusErrorCode: 2, msg: "none" })),
  getInputRegister: (address) => (address === 7 ? 0x41c8 : 0),
  getCoil: (address) => coils.get(address) ?? address % 3 === 0,
  setCoil: (address, value) => { coils.set(address, value); },
  setRegister: () => {},
};
const free = net.createServer().listen(0, "127.0.0.1", () => {
  const { port } = free.address();
  free.close(() => {
    const server = new ServerTCP(image, { host: "127.0.0.1", port, unitID: 3 });
    server.on("initialized", () => console.log(port));
  });
});
