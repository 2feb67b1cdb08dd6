#!/usr/bin/env node
// Signs a SHA-256 digest with each key that signs for a domain; needs @grpc/grpc-js and the .proto files.
//
//     npm ci --ignore-scripts
//     node sign_digest.js PROTO-FOLDER DOMAIN HEX
//
// Writes a line for each key: selector, algorithm, public key and signature in hexadecimal. Connects as
// the command dkimkeeper does: DKIMKEEPER_SERVER (host:port), DKIMKEEPER_CA, DKIMKEEPER_CERT,
// DKIMKEEPER_KEY.
"use strict";

const fs = require("node:fs");
const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

const DEADLINE_MS = 5000; // of each call
const NAMES = {
  ALGORITHM_RSA_SHA256: "rsa-sha256",
  ALGORITHM_ED25519_SHA256: "ed25519-sha256",
};

// The services and messages of dkimkeeper.v1, read from the .proto files as they are.
function load(folder) {
  const definition = protoLoader.loadSync(
    ["dkimkeeper/v1/signing.proto", "dkimkeeper/v1/common.proto"],
    { includeDirs: [folder], keepCase: true, longs: String, enums: String, defaults: true },
  );
  return { v1: grpc.loadPackageDefinition(definition).dkimkeeper.v1, definition };
}

// A client with a certificate: one for the life of the program.
function connect(v1) {
  const file = (name) => fs.readFileSync(process.env[`DKIMKEEPER_${name}`]);
  return new v1.Signing(
    process.env.DKIMKEEPER_SERVER,
    grpc.credentials.createSsl(file("CA"), file("KEY"), file("CERT")),
  );
}

// A unary call as a promise.
function call(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, { deadline: Date.now() + DEADLINE_MS }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    );
  });
}

// The stable reason of a failed call: "NO_GRANT", "SELECTOR_NOT_ACTIVE"; "" without one.
function reasonOf(definition, error) {
  const [detail] = error.metadata?.get("grpc-status-details-bin") ?? [];
  if (detail === undefined) return "";
  return definition["dkimkeeper.v1.ErrorDetail"].deserialize(detail).reason;
}

async function signWithEach(client, domain, digest) {
  const { keys } = await call(client, "ListSigningKeys", { domain });
  for (const key of keys) {
    const { signature } = await call(client, "SignDigest", {
      domain: key.domain,
      selector: key.selector,
      algorithm: key.algorithm,
      digest,
      note: "the example in Node",
    });
    const hex = [key.public_key, signature].map((bytes) => bytes.toString("hex"));
    console.log([key.selector, NAMES[key.algorithm], ...hex].join(" "));
  }
}

async function main([folder, domain, hex]) {
  if (hex === undefined) {
    console.error("usage: sign_digest.js PROTO-FOLDER DOMAIN HEX   (64 hexadecimal digits: a SHA-256)");
    return 2;
  }
  const { v1, definition } = load(folder);
  const client = connect(v1);
  try {
    await signWithEach(client, domain, Buffer.from(hex, "hex"));
    return 0;
  } catch (error) {
    console.error(`${error.details ?? error} [${grpc.status[error.code]} ${reasonOf(definition, error)}]`);
    return 1;
  } finally {
    client.close();
  }
}

main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
