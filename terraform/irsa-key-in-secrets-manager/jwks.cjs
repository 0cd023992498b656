// Terraform runs this file at apply: public keys in, JWKS out. Built from programs/jwks.ts of
// self-hosted-irsa (Apache-2.0), with jose (MIT) bundled in: its notice is at the end.
if (parseInt(process.versions.node, 10) < 20) {
  process.stderr.write("ERR_NODE_VERSION: Node 20 or later is needed, this is " + process.versions.node + "\n");
  process.exit(1);
}
"use strict";
var __defProp = Object.defineProperty;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __esm = (fn, res, err) => function __init() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};

// node_modules/jose/dist/webapi/lib/buffer_utils.js
function encodeBase64(input, url = false) {
  if (Uint8Array.prototype.toBase64)
    return input.toBase64({ alphabet: url ? "base64url" : "base64", omitPadding: url });
  const CHUNK_SIZE = 32768, arr = [];
  for (let i = 0; i < input.length; i += CHUNK_SIZE)
    arr.push(String.fromCharCode.apply(null, input.subarray(i, i + CHUNK_SIZE)));
  const encoded = btoa(arr.join(""));
  return url ? encoded.replace(/=/g, "").replace(/\+/g, "-").replace(/\//g, "_") : encoded;
}
function decodeBase642(encoded, url = false) {
  if (Uint8Array.fromBase64)
    return Uint8Array.fromBase64(encoded, { alphabet: url ? "base64url" : "base64" });
  if (url) {
    if (encoded.includes("+") || encoded.includes("/"))
      throw new TypeError("Invalid base64url");
    encoded = encoded.replace(/-/g, "+").replace(/_/g, "/");
  }
  const binary = atob(encoded), bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++)
    bytes[i] = binary.charCodeAt(i);
  return bytes;
}
var encoder, decoder, strictDecoder, UINT32_RANGE;
var init_buffer_utils = __esm({
  "node_modules/jose/dist/webapi/lib/buffer_utils.js"() {
    encoder = new TextEncoder();
    decoder = new TextDecoder();
    strictDecoder = new TextDecoder("utf-8", { fatal: true });
    UINT32_RANGE = 2 ** 32;
  }
});

// node_modules/jose/dist/webapi/util/base64url.js
function decode(input) {
  try {
    return decodeBase642(typeof input == "string" ? input : decoder.decode(input), true);
  } catch (cause) {
    throw new TypeError(invalid, { cause });
  }
}
function encode(input) {
  return encodeBase64(typeof input == "string" ? encoder.encode(input) : input, true);
}
var invalid;
var init_base64url = __esm({
  "node_modules/jose/dist/webapi/util/base64url.js"() {
    init_buffer_utils();
    invalid = "The input to be decoded is not correctly encoded.";
  }
});

// node_modules/jose/dist/webapi/util/errors.js
var JOSEError, JOSENotSupported;
var init_errors = __esm({
  "node_modules/jose/dist/webapi/util/errors.js"() {
    JOSEError = class extends Error {
      static code = "ERR_JOSE_GENERIC";
      code = "ERR_JOSE_GENERIC";
      constructor(message2, options) {
        var _a;
        super(message2, options), this.name = this.constructor.name, (_a = Error.captureStackTrace) == null ? void 0 : _a.call(Error, this, this.constructor);
      }
    };
    JOSENotSupported = class extends JOSEError {
      static code = "ERR_JOSE_NOT_SUPPORTED";
      code = "ERR_JOSE_NOT_SUPPORTED";
    };
  }
});

// node_modules/jose/dist/webapi/lib/validate.js
function isObject(input) {
  if (typeof input != "object" || input === null || Object.prototype.toString.call(input) !== "[object Object]")
    return false;
  const prototype = Object.getPrototypeOf(input);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
var init_validate = __esm({
  "node_modules/jose/dist/webapi/lib/validate.js"() {
  }
});

// node_modules/jose/dist/webapi/lib/key.js
function message(msg, actual, ...types) {
  var _a;
  if (types.length > 2) {
    const last = types.pop();
    msg += `one of type ${types.join(", ")}, or ${last}.`;
  } else types.length === 2 ? msg += `one of type ${types[0]} or ${types[1]}.` : msg += `of type ${types[0]}.`;
  return actual == null ? msg += ` Received ${actual}` : typeof actual == "function" && actual.name ? msg += ` Received function ${actual.name}` : typeof actual == "object" && actual != null && ((_a = actual.constructor) == null ? void 0 : _a.name) && (msg += ` Received an instance of ${actual.constructor.name}`), msg;
}
function snapshotJwk(jwk) {
  return { __proto__: null, ...jwk };
}
function normalizeJwk(jwk) {
  const normalized = snapshotJwk(jwk);
  if (normalized.ext !== void 0 && typeof normalized.ext != "boolean")
    throw new TypeError('"ext" (Extractable) Parameter must be a boolean');
  if (normalized.key_ops !== void 0) {
    const value = normalized.key_ops, keyOps = Array.isArray(value) ? [...value] : void 0;
    if (!keyOps || keyOps.some((operation) => typeof operation != "string") || new Set(keyOps).size !== keyOps.length)
      throw new TypeError('"key_ops" (Key Operations) Parameter must be an array of unique strings');
    normalized.key_ops = keyOps;
  }
  return normalized;
}
function validateExtractableOption(extractable) {
  if (extractable !== void 0 && typeof extractable != "boolean")
    throw new TypeError('"extractable" option must be a boolean');
  return extractable;
}
async function jwkToKey(entry, jwk, extractable) {
  var _a, _b, _c, _d;
  if (!entry.kty.includes(jwk.kty))
    throw new JOSENotSupported('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
  const algorithm = (_b = (_a = entry.resolve) == null ? void 0 : _a.call(entry, { kty: jwk.kty, crv: jwk.crv })) != null ? _b : entry.subtle, isPrivate = !!(jwk.d || jwk.priv), keyData = { ...jwk, ext: extractable != null ? extractable : jwk.ext };
  return keyData.kty !== "AKP" && delete keyData.alg, delete keyData.use, crypto.subtle.importKey("jwk", keyData, algorithm, (_c = keyData.ext) != null ? _c : !isPrivate, (_d = jwk.key_ops) != null ? _d : entry.usages[isPrivate ? 1 : 0]);
}
var isCryptoKey, isKeyObject, invalidKeyInput;
var init_key = __esm({
  "node_modules/jose/dist/webapi/lib/key.js"() {
    init_errors();
    isCryptoKey = (key) => {
      if ((key == null ? void 0 : key[Symbol.toStringTag]) === "CryptoKey")
        return true;
      try {
        return key instanceof CryptoKey;
      } catch {
        return false;
      }
    };
    isKeyObject = (key) => (key == null ? void 0 : key[Symbol.toStringTag]) === "KeyObject";
    invalidKeyInput = (actual, ...types) => message("Key must be ", actual, ...types);
  }
});

// node_modules/jose/dist/webapi/lib/key_descriptor.js
function table(entries) {
  const out = { __proto__: null };
  for (const alg in entries)
    out[alg] = { ...entries[alg], alg };
  return out;
}
var init_key_descriptor = __esm({
  "node_modules/jose/dist/webapi/lib/key_descriptor.js"() {
  }
});

// node_modules/jose/dist/webapi/lib/jws_algorithms.js
function hmac(bits) {
  const subtle = { name: "HMAC", hash: `SHA-${bits}` };
  return { kty: ["oct"], secret: true, subtle, signing: subtle, usages: sig };
}
function rsa(bits, saltLength) {
  const subtle = { name: saltLength ? "RSA-PSS" : "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` };
  return {
    kty: ["RSA"],
    subtle,
    signing: saltLength ? { ...subtle, saltLength } : subtle,
    usages: sig,
    minRsaBits: 2048
  };
}
function ecdsa(crv, bits) {
  return {
    kty: ["EC"],
    crv,
    subtle: { name: "ECDSA", namedCurve: crv },
    signing: { name: "ECDSA", hash: `SHA-${bits}` },
    usages: sig
  };
}
function eddsa() {
  const subtle = { name: "Ed25519" };
  return {
    kty: ["OKP"],
    crv: "Ed25519",
    subtle,
    signing: subtle,
    usages: sig
  };
}
function mldsa(parameterSet) {
  const subtle = { name: `ML-DSA-${parameterSet}` };
  return {
    kty: ["AKP"],
    subtle,
    signing: subtle,
    usages: sig
  };
}
var sig, JWS;
var init_jws_algorithms = __esm({
  "node_modules/jose/dist/webapi/lib/jws_algorithms.js"() {
    init_key_descriptor();
    sig = [["verify"], ["sign"]];
    JWS = table({
      HS256: hmac(256),
      HS384: hmac(384),
      HS512: hmac(512),
      RS256: rsa(256),
      RS384: rsa(384),
      RS512: rsa(512),
      PS256: rsa(256, 32),
      PS384: rsa(384, 48),
      PS512: rsa(512, 64),
      ES256: ecdsa("P-256", 256),
      ES384: ecdsa("P-384", 384),
      ES512: ecdsa("P-521", 512),
      EdDSA: eddsa(),
      Ed25519: eddsa(),
      "ML-DSA-44": mldsa(44),
      "ML-DSA-65": mldsa(65),
      "ML-DSA-87": mldsa(87)
    });
  }
});

// node_modules/jose/dist/webapi/lib/jwe_algorithms.js
function rsaes(bits) {
  return {
    kty: ["RSA"],
    mode: "key-encryption",
    subtle: { name: "RSA-OAEP", hash: `SHA-${bits}` },
    usages: wrap,
    ops: ["wrapKey", "unwrapKey"]
  };
}
function ecdh(mode) {
  return {
    kty: ["EC", "OKP"],
    mode,
    subtle: { name: "ECDH" },
    resolve: ({ kty, crv, asymmetricKeyType }) => {
      if (crv === "X25519" || asymmetricKeyType === "x25519")
        return { name: "X25519" };
      if (kty === "OKP")
        throw new JOSENotSupported('Invalid or unsupported JWK "alg" (Algorithm) Parameter value');
      return { name: "ECDH", namedCurve: crv };
    },
    usages: derive,
    ops: [void 0, "deriveBits"]
  };
}
function aeskw(bits, gcm = false) {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: true,
    subtle: { name: gcm ? "AES-GCM" : "AES-KW", length: bits },
    usages: none,
    ops: gcm ? ["encrypt", "decrypt"] : ["wrapKey", "unwrapKey"]
  };
}
function pbes2() {
  return {
    kty: ["oct"],
    mode: "key-wrapping",
    secret: true,
    subtle: { name: "PBKDF2" },
    usages: none,
    ops: ["deriveBits", "deriveBits"]
  };
}
function contentEncryption(bits, cbc = false) {
  return {
    kty: ["oct"],
    secret: true,
    subtle: { name: cbc ? "AES-CBC" : "AES-GCM", length: bits },
    usages: none,
    ops: contentOps,
    cekBits: bits,
    ivBits: cbc ? 128 : 96,
    cbc
  };
}
var wrap, derive, none, JWE, contentOps, ENC;
var init_jwe_algorithms = __esm({
  "node_modules/jose/dist/webapi/lib/jwe_algorithms.js"() {
    init_errors();
    init_key_descriptor();
    wrap = [
      ["encrypt", "wrapKey"],
      ["decrypt", "unwrapKey"]
    ];
    derive = [[], ["deriveBits"]];
    none = [[], []];
    JWE = table({
      dir: {
        kty: ["oct"],
        mode: "direct-encryption",
        secret: true,
        subtle: { name: "AES-GCM" },
        usages: none,
        ops: ["encrypt", "decrypt"]
      },
      "RSA-OAEP": rsaes(1),
      "RSA-OAEP-256": rsaes(256),
      "RSA-OAEP-384": rsaes(384),
      "RSA-OAEP-512": rsaes(512),
      "ECDH-ES": ecdh("direct-key-agreement"),
      "ECDH-ES+A128KW": ecdh("key-agreement-with-key-wrapping"),
      "ECDH-ES+A192KW": ecdh("key-agreement-with-key-wrapping"),
      "ECDH-ES+A256KW": ecdh("key-agreement-with-key-wrapping"),
      A128KW: aeskw(128),
      A192KW: aeskw(192),
      A256KW: aeskw(256),
      A128GCMKW: aeskw(128, true),
      A192GCMKW: aeskw(192, true),
      A256GCMKW: aeskw(256, true),
      "PBES2-HS256+A128KW": pbes2(),
      "PBES2-HS384+A192KW": pbes2(),
      "PBES2-HS512+A256KW": pbes2()
    });
    contentOps = ["encrypt", "decrypt"];
    ENC = table({
      A128GCM: contentEncryption(128),
      A192GCM: contentEncryption(192),
      A256GCM: contentEncryption(256),
      "A128CBC-HS256": contentEncryption(256, true),
      "A192CBC-HS384": contentEncryption(384, true),
      "A256CBC-HS512": contentEncryption(512, true)
    });
  }
});

// node_modules/jose/dist/webapi/lib/key_algorithm.js
function unsupportedAlg(source = 'JWK "alg" (Algorithm) Parameter') {
  throw new JOSENotSupported(`Invalid or unsupported ${source} value`);
}
function keyAlgorithm(alg, source) {
  var _a, _b;
  return (_b = typeof alg == "string" ? (_a = JWS[alg]) != null ? _a : JWE[alg] : void 0) != null ? _b : unsupportedAlg(source);
}
var algArgument;
var init_key_algorithm = __esm({
  "node_modules/jose/dist/webapi/lib/key_algorithm.js"() {
    init_errors();
    init_jws_algorithms();
    init_jwe_algorithms();
    algArgument = '"alg" (Algorithm)';
  }
});

// node_modules/jose/dist/webapi/lib/asn1.js
function parseKeyHeader(state, keyFormat) {
  if (expectTag(state, 48, `Invalid ${keyFormat === "spki" ? "SPKI" : "PKCS#8"} structure`), parseLength(state), keyFormat === "pkcs8") {
    expectTag(state, 2, "Expected version field");
    const length = parseLength(state);
    state.pos += length;
  }
  expectTag(state, 48, "Expected algorithm identifier"), parseLength(state);
}
function spkiFromX509(buf) {
  const state = createASN1State(buf);
  expectTag(state, 48, "Invalid certificate structure");
  const certificateLength = parseLength(state);
  if (certificateLength < 0 || state.pos + certificateLength > state.data.length)
    throw new Error("Unexpected end of ASN.1 input");
  expectTag(state, 48, "Invalid tbsCertificate structure"), parseLength(state), buf[state.pos] === 160 ? skipElement(state, 6) : skipElement(state, 5);
  const spkiStart = state.pos;
  expectTag(state, 48, "Invalid SPKI structure");
  const spkiContentLen = parseLength(state);
  return buf.subarray(spkiStart, spkiStart + spkiContentLen + (state.pos - spkiStart));
}
var formatPEM, genericExport, toSPKI, toPKCS8, bytesEqual, createASN1State, readByte, parseLength, skipElement, expectTag, getSubarray, parseAlgorithmOID, parseECAlgorithmIdentifier, genericImport, processPEMData, fromPKCS8, fromSPKI, fromX509;
var init_asn1 = __esm({
  "node_modules/jose/dist/webapi/lib/asn1.js"() {
    init_key();
    init_buffer_utils();
    init_errors();
    init_key_algorithm();
    formatPEM = (b64, descriptor) => {
      const newlined = (b64.match(/.{1,64}/g) || []).join(`
`);
      return `-----BEGIN ${descriptor}-----
${newlined}
-----END ${descriptor}-----`;
    };
    genericExport = async (keyType, keyFormat, key) => {
      if (isKeyObject(key)) {
        if (key.type !== keyType)
          throw new TypeError(`key is not a ${keyType} key`);
        return key.export({ format: "pem", type: keyFormat });
      }
      if (!isCryptoKey(key))
        throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject"));
      if (!key.extractable)
        throw new TypeError("CryptoKey is not extractable");
      if (key.type !== keyType)
        throw new TypeError(`key is not a ${keyType} key`);
      return formatPEM(encodeBase64(new Uint8Array(await crypto.subtle.exportKey(keyFormat, key))), `${keyType.toUpperCase()} KEY`);
    };
    toSPKI = (key) => genericExport("public", "spki", key);
    toPKCS8 = (key) => genericExport("private", "pkcs8", key);
    bytesEqual = (a, b) => {
      if (a.byteLength !== b.length)
        return false;
      for (let i = 0; i < a.byteLength; i++)
        if (a[i] !== b[i])
          return false;
      return true;
    };
    createASN1State = (data) => ({ data, pos: 0 });
    readByte = (state) => {
      const byte = state.data[state.pos++];
      if (byte === void 0)
        throw new Error("Unexpected end of ASN.1 input");
      return byte;
    };
    parseLength = (state) => {
      const first = readByte(state);
      if (first & 128) {
        const lengthOfLen = first & 127;
        let length = 0;
        for (let i = 0; i < lengthOfLen; i++)
          length = length << 8 | readByte(state);
        return length;
      }
      return first;
    };
    skipElement = (state, count = 1) => {
      for (; count-- > 0; ) {
        state.pos++;
        const length = parseLength(state);
        state.pos += length;
      }
    };
    expectTag = (state, expectedTag, errorMessage) => {
      if (readByte(state) !== expectedTag)
        throw new Error(errorMessage);
    };
    getSubarray = (state, length) => {
      if (length < 0 || state.pos + length > state.data.length)
        throw new Error("Unexpected end of ASN.1 input");
      const result = state.data.subarray(state.pos, state.pos + length);
      return state.pos += length, result;
    };
    parseAlgorithmOID = (state) => {
      expectTag(state, 6, "Expected algorithm OID");
      const oidLen = parseLength(state);
      return getSubarray(state, oidLen);
    };
    parseECAlgorithmIdentifier = (state) => {
      const algOid = parseAlgorithmOID(state);
      if (bytesEqual(algOid, [43, 101, 110]))
        return "X25519";
      if (!bytesEqual(algOid, [42, 134, 72, 206, 61, 2, 1]))
        throw new Error("Unsupported key algorithm");
      expectTag(state, 6, "Expected curve OID");
      const curveOidLen = parseLength(state), curveOid = getSubarray(state, curveOidLen);
      if (bytesEqual(curveOid, [42, 134, 72, 206, 61, 3, 1, 7]))
        return "P-256";
      if (bytesEqual(curveOid, [43, 129, 4, 0, 34]))
        return "P-384";
      if (bytesEqual(curveOid, [43, 129, 4, 0, 35]))
        return "P-521";
      throw new Error("Unsupported named curve");
    };
    genericImport = async (keyFormat, keyData, alg, options) => {
      const extractable = validateExtractableOption(options == null ? void 0 : options.extractable), entry = keyAlgorithm(alg, algArgument);
      entry.secret && unsupportedAlg(algArgument);
      const isPublic = keyFormat === "spki";
      let algorithm;
      if (entry.resolve)
        try {
          const state = createASN1State(keyData);
          parseKeyHeader(state, keyFormat), algorithm = entry.resolve({ crv: parseECAlgorithmIdentifier(state) });
        } catch (cause) {
          throw new JOSENotSupported("Invalid or unsupported key format", { cause });
        }
      else
        algorithm = entry.subtle;
      return crypto.subtle.importKey(keyFormat, keyData, algorithm, extractable != null ? extractable : isPublic, entry.usages[isPublic ? 0 : 1]);
    };
    processPEMData = (pem, pattern) => decodeBase642(pem.replace(pattern, ""));
    fromPKCS8 = (pem, alg, options) => {
      const keyData = processPEMData(pem, /(?:-----(?:BEGIN|END) PRIVATE KEY-----|\s)/g);
      return genericImport("pkcs8", keyData, alg, options);
    };
    fromSPKI = (pem, alg, options) => {
      const keyData = processPEMData(pem, /(?:-----(?:BEGIN|END) PUBLIC KEY-----|\s)/g);
      return genericImport("spki", keyData, alg, options);
    };
    fromX509 = (pem, alg, options) => {
      let spki;
      try {
        const certificate = processPEMData(pem, /(?:-----(?:BEGIN|END) CERTIFICATE-----|\s)/g);
        spki = spkiFromX509(certificate);
      } catch (cause) {
        throw new TypeError("Failed to parse the X.509 certificate", { cause });
      }
      return genericImport("spki", spki, alg, options);
    };
  }
});

// node_modules/jose/dist/webapi/key/import.js
var import_exports = {};
__export(import_exports, {
  importJWK: () => importJWK,
  importPKCS8: () => importPKCS8,
  importSPKI: () => importSPKI,
  importX509: () => importX509
});
async function importSPKI(spki, alg, options) {
  if (typeof spki != "string" || spki.indexOf("-----BEGIN PUBLIC KEY-----") !== 0)
    throw new TypeError('"spki" must be SPKI formatted string');
  return fromSPKI(spki, alg, options);
}
async function importX509(x509, alg, options) {
  if (typeof x509 != "string" || x509.indexOf("-----BEGIN CERTIFICATE-----") !== 0)
    throw new TypeError('"x509" must be X.509 formatted string');
  return fromX509(x509, alg, options);
}
async function importPKCS8(pkcs8, alg, options) {
  if (typeof pkcs8 != "string" || pkcs8.indexOf("-----BEGIN PRIVATE KEY-----") !== 0)
    throw new TypeError('"pkcs8" must be PKCS#8 formatted string');
  return fromPKCS8(pkcs8, alg, options);
}
async function importJWK(jwk, alg, options) {
  if (!isObject(jwk))
    throw new TypeError("JWK must be an object");
  const normalized = normalizeJwk(jwk), extractable = validateExtractableOption(options == null ? void 0 : options.extractable), { alg: jwkAlg } = normalized;
  if (alg != null ? alg : alg = jwkAlg, normalized.kty !== "oct" && !alg)
    throw new TypeError('"alg" argument is required when "jwk.alg" is not present');
  switch (normalized.kty) {
    case "oct":
      if (typeof normalized.k != "string")
        throw new TypeError('missing "k" (Key Value) Parameter value');
      return decode(normalized.k);
    case "AKP": {
      if (typeof jwkAlg != "string" || !jwkAlg)
        throw new TypeError('missing "alg" (Algorithm) Parameter value');
      if (alg !== jwkAlg)
        throw new TypeError("JWK alg and alg option value mismatch");
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    }
    case "RSA":
    case "EC":
    case "OKP":
      return jwkToKey(keyAlgorithm(alg), normalized, extractable);
    default:
      throw new JOSENotSupported('Unsupported "kty" (Key Type) Parameter value');
  }
}
var init_import = __esm({
  "node_modules/jose/dist/webapi/key/import.js"() {
    init_base64url();
    init_asn1();
    init_key();
    init_key_algorithm();
    init_errors();
    init_validate();
  }
});

// node_modules/jose/dist/webapi/key/export.js
var export_exports = {};
__export(export_exports, {
  exportJWK: () => exportJWK,
  exportPKCS8: () => exportPKCS8,
  exportSPKI: () => exportSPKI
});
function exportSPKI(key) {
  return toSPKI(key);
}
function exportPKCS8(key) {
  return toPKCS8(key);
}
async function exportJWK(key) {
  if (isKeyObject(key))
    if (key.type === "secret")
      key = key.export();
    else
      return key.export({ format: "jwk" });
  if (key instanceof Uint8Array)
    return {
      kty: "oct",
      k: encode(key)
    };
  if (!isCryptoKey(key))
    throw new TypeError(invalidKeyInput(key, "CryptoKey", "KeyObject", "Uint8Array"));
  if (!key.extractable)
    throw new TypeError("non-extractable CryptoKey cannot be exported as a JWK");
  const jwk = await crypto.subtle.exportKey("jwk", key);
  delete jwk.ext, delete jwk.key_ops, delete jwk.use, jwk.kty !== "AKP" && delete jwk.alg;
  for (const parameter of Object.keys(jwk))
    jwk[parameter] === void 0 && delete jwk[parameter];
  return jwk;
}
var init_export = __esm({
  "node_modules/jose/dist/webapi/key/export.js"() {
    init_asn1();
    init_key();
    init_base64url();
  }
});

// programs/jwks.ts
var import_node_fs = require("fs");

// modules/documents/errors.ts
var DocumentError = class extends Error {
  constructor(message2) {
    super(message2);
    this.name = new.target.name;
  }
};
var PrivateKeyError = class extends DocumentError {
  code = "ERR_PRIVATE_KEY";
};
var KeyInputTooLargeError = class extends DocumentError {
  code = "ERR_KEY_INPUT_TOO_LARGE";
};
var NoKeysError = class extends DocumentError {
  code = "ERR_NO_KEYS";
};
var DuplicateKeyError = class extends DocumentError {
  code = "ERR_DUPLICATE_KEY";
};
var PemError = class extends DocumentError {
  code = "ERR_PEM_INVALID";
};
var Base64Error = class extends DocumentError {
  code = "ERR_BASE64_INVALID";
};
var DerError = class extends DocumentError {
  code = "ERR_DER_INVALID";
};
var JwkError = class extends DocumentError {
  code = "ERR_JWK_INVALID";
};
var UnsupportedKeyError = class extends DocumentError {
  code = "ERR_KEY_UNSUPPORTED";
  /** @param name how the message names the key */
  constructor(name) {
    super(
      `${name} must be RSA, or EC on P-256, P-384 or P-521: Kubernetes signs and AWS STS verifies with no other kind`
    );
  }
};
var RsaModulusError = class extends DocumentError {
  code = "ERR_RSA_MODULUS";
};
var RsaExponentError = class extends DocumentError {
  code = "ERR_RSA_EXPONENT";
};

// modules/documents/read-public-keys.ts
var import_node_crypto4 = require("crypto");

// modules/documents/other-formats.ts
var fromSsh = "ssh-keygen -e -m pkcs8 -f";
var der = (then) => new RegExp(`^0(\\uFFFD.{1,3}?|.)${then}`, "s");
var privateDer = der(
  "(\\u0002\\u0001[\\0\\u0001]|0(\\uFFFD.|.)\\u0006.\\*\\uFFFDH\\uFFFD\\uFFFD\\r\\u0001[\\u0005\\f])"
);
var otherFormats = [
  {
    looksLike: /^(ssh-rsa|ecdsa-sha2-nistp\d+) AAAA/m,
    what: "an OpenSSH public key",
    command: `${fromSsh} FILE`,
    Refusal: PemError
  },
  {
    looksLike: /^---- BEGIN SSH2 PUBLIC KEY ----/m,
    what: "an SSH2 public key (RFC 4716)",
    command: `ssh-keygen -i -f FILE | ${fromSsh} /dev/stdin`,
    Refusal: PemError
  },
  {
    looksLike: /^PuTTY-User-Key-File-\d/m,
    what: "a PuTTY key, which contains the private key",
    command: `puttygen FILE -O public-openssh -o key.pub && ${fromSsh} key.pub`,
    Refusal: PrivateKeyError
  },
  {
    looksLike: /^[ \t]*k8sserviceaccount:/m,
    what: "a Talos secrets file, which contains private keys",
    command: "yq -r .certs.k8sserviceaccount.key FILE | base64 -d | openssl pkey -pubout",
    Refusal: PrivateKeyError
  },
  {
    looksLike: privateDer,
    what: "a private key in DER",
    command: "openssl pkey -inform DER -in FILE -pubout",
    Refusal: PrivateKeyError
  },
  {
    looksLike: der("\\u0002\\u0001\\u0003"),
    what: "a PKCS#12 file, with a private key as a rule",
    command: "openssl pkcs12 -in FILE -nokeys | openssl x509 -pubkey -noout",
    Refusal: PrivateKeyError
  },
  {
    looksLike: der("\\u0006\\t\\*\\uFFFDH\\uFFFD\\uFFFD\\r\\u0001\\u0007\\u0002"),
    what: "a PKCS#7 file in DER",
    command: "openssl pkcs7 -inform DER -in FILE -print_certs | openssl x509 -pubkey -noout",
    Refusal: PemError
  },
  {
    looksLike: der("0(\\uFFFD.{1,3}?|.)\\uFFFD\\u0003\\u0002\\u0001\\u0002"),
    what: "an X.509 certificate in DER",
    command: "openssl x509 -inform DER -in FILE -pubkey -noout",
    Refusal: PemError
  },
  {
    looksLike: der(".*\\uFFFD"),
    what: "binary, as DER is",
    command: "openssl pkey -pubin -inform DER -in FILE",
    Refusal: PemError
  }
];
var readCertificates = "openssl x509 -pubkey -noout";
var otherLabels = {
  CMS: `openssl cms -cmsout -in FILE -inform PEM -outform DER | openssl pkcs7 -inform DER -print_certs | ${readCertificates}`,
  PKCS7: `openssl pkcs7 -in FILE -print_certs | ${readCertificates}`,
  "CERTIFICATE REQUEST": "openssl req -in FILE -pubkey -noout",
  "TRUSTED CERTIFICATE": `${readCertificates} -in FILE`,
  "PGP PUBLIC KEY BLOCK": `gpg --import FILE; gpg --export-ssh-key KEY-ID! > key.pub; ${fromSsh} key.pub`
};
function publicHalfCommand(label) {
  if (label.startsWith("OPENSSH")) return `${fromSsh} FILE`;
  if (label.startsWith("PGP")) return `gpg --export-ssh-key KEY-ID! > key.pub; ${fromSsh} key.pub`;
  return "openssl pkey -in FILE -pubout";
}
function conversionCommand(label) {
  return otherLabels[label];
}
function refuseOtherFormat(text, source) {
  if (/^(ssh-(ed25519|dss)|sk-[\w@.-]+) AAAA/m.test(text)) throw new UnsupportedKeyError(source);
  const format = otherFormats.find(({ looksLike }) => looksLike.test(text));
  if (format !== void 0) {
    const { what, command, Refusal } = format;
    const advice = Refusal === PrivateKeyError ? "its public half" : "to convert it";
    throw new Refusal(`${source} is ${what}; ${advice}: ${command}`);
  }
  const compact = text.replace(/\s+/g, "");
  if (compact.length < 64 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return;
  const decoded = Buffer.from(compact, "base64").toString();
  const isPem = decoded.includes("-----BEGIN ");
  if (decoded.includes("PRIVATE KEY") || privateDer.test(decoded)) {
    const input = isPem ? "" : "-inform DER ";
    throw new PrivateKeyError(
      `${source} is the base64 of a private key; give the public key alone: base64 -d FILE | openssl pkey ${input}-pubout`
    );
  }
  const decode2 = isPem ? "base64 -d FILE" : "base64 -d FILE | openssl pkey -pubin -inform DER";
  throw new PemError(`${source} is base64 without PEM lines around it; to convert it: ${decode2}`);
}

// modules/documents/pem.ts
var boundary = /-----(BEGIN|END) ([A-Z0-9 ]*)-----/g;
var brokenBoundary = /-- ?(BEGIN|END)/i;
function readPem(text, source) {
  var _a, _b, _c, _d, _e;
  const labels = [...text.matchAll(/-----BEGIN ([^\r\n-]*)/g)];
  const secret = labels.findIndex(([, label = ""]) => label.includes("PRIVATE KEY"));
  if (secret !== -1) {
    throw new PrivateKeyError(
      `block ${secret + 1} of ${source} is a private key; give the public key alone: ${publicHalfCommand((_b = (_a = labels[secret]) == null ? void 0 : _a[1]) != null ? _b : "")}`
    );
  }
  const marks = [...text.matchAll(boundary)];
  const blocks = [];
  let outside = text.slice(0, (_c = marks[0]) == null ? void 0 : _c.index);
  for (let index = 0; index < marks.length; index += 2) {
    const begin = marks[index];
    const end = marks[index + 1];
    const name = `block ${blocks.length + 1} of ${source}`;
    if ((begin == null ? void 0 : begin[1]) !== "BEGIN") throw new PemError(`${name} ends before it begins`);
    if ((end == null ? void 0 : end[1]) !== "END") throw new PemError(`${name} has no END line`);
    if (begin[2] !== end[2]) throw new PemError(`${name} begins and ends under different labels`);
    const body = text.slice(begin.index + begin[0].length, end.index);
    blocks.push({ label: (_d = begin[2]) != null ? _d : "", der: decodeBase64(body.replace(/\s+/g, ""), name) });
    outside += text.slice(end.index + end[0].length, (_e = marks[index + 2]) == null ? void 0 : _e.index);
  }
  if (brokenBoundary.test(outside)) {
    throw new PemError(
      `${source} has a BEGIN or END line that is not whole; each has five dashes at both ends and a label in capitals`
    );
  }
  return blocks;
}
function decodeBase64(body, name) {
  const der2 = Buffer.from(body, "base64");
  if (body === "" || der2.toString("base64") !== body) {
    throw new Base64Error(`${name} is not base64 with padding; it may have been cut or edited`);
  }
  return der2;
}

// modules/documents/public-jwk.ts
var import_node_crypto3 = require("crypto");

// modules/documents/key-id.ts
var import_node_crypto = require("crypto");
var maxLength = 1024;
var printable = /^[!#-[\]-z|~]+$/;
function computeKeyId(spki) {
  return (0, import_node_crypto.createHash)("sha256").update(spki).digest("base64url");
}
function readGivenKeyId(kid, name) {
  if (typeof kid !== "string" || kid === "") {
    throw new JwkError(
      `${name} has no "kid", which keyId as-given publishes; give a JWK or JWKS with the kid that the signer writes into its tokens`
    );
  }
  if (kid.length > maxLength || !printable.test(kid)) {
    throw new JwkError(
      `"kid" of ${name} must be 1 to ${maxLength} printable ASCII characters without spaces, quotes, back slashes and braces`
    );
  }
  return kid;
}

// modules/documents/rsa.ts
var import_node_crypto2 = require("crypto");
var minBits = 2048;
var maxBits = 16384;
var maxExponent = 2n ** 31n - 1n;
var greatestSmallFactor = 5000n;
var fermatSteps = 300;
var squareEndings = new Set(Array.from({ length: 64 }, (_, root) => root * root % 64));
var sound = /* @__PURE__ */ new Set();
var weaknesses = [
  { isFound: (n) => n % 2n === 0n, says: "an even modulus, which no two primes have" },
  {
    isFound: (n) => (n & n + 1n) === 0n || (n - 1n & n - 2n) === 0n,
    says: "a modulus next to a power of two, whose factors are public"
  },
  { isFound: hasSmallFactor, says: `a modulus that has a factor below ${greatestSmallFactor}` },
  { isFound: (n) => (0, import_node_crypto2.checkPrimeSync)(n), says: "a modulus that is a prime, not a product of two" },
  {
    isFound: hasCloseFactors,
    says: "a modulus of two equal or nearly equal factors, which anyone can find"
  }
];
function assertSoundRsa(key, name) {
  var _a, _b;
  const { modulusLength: bits = 0, publicExponent = 0n } = (_a = key.asymmetricKeyDetails) != null ? _a : {};
  if (bits < minBits || bits > maxBits) {
    throw new RsaModulusError(
      `${name} is RSA with a modulus of ${bits} bits, must be ${minBits} to ${maxBits}`
    );
  }
  if (publicExponent < 3n || publicExponent > maxExponent || publicExponent % 2n === 0n) {
    const given = publicExponent > maxExponent ? "of 2^31 or more" : `of ${publicExponent}`;
    throw new RsaExponentError(
      `${name} is RSA with a public exponent ${given}, must be odd, at least 3 and below 2^31`
    );
  }
  const modulus = (_b = key.export({ format: "jwk" }).n) != null ? _b : "";
  if (sound.has(modulus)) return;
  const n = BigInt(`0x${Buffer.from(modulus, "base64url").toString("hex")}`);
  const weakness = weaknesses.find(({ isFound }) => isFound(n));
  if (weakness !== void 0) {
    throw new RsaModulusError(
      `${name} is RSA with ${weakness.says}; make another key pair (openssl genrsa -out sa.key 2048)`
    );
  }
  sound.add(modulus);
}
function hasSmallFactor(n) {
  for (let factor = 3n; factor < greatestSmallFactor; factor += 2n) {
    if (n % factor === 0n) return true;
  }
  return false;
}
function hasCloseFactors(n) {
  const root = floorOfRoot(n);
  for (let step = 0; step < fermatSteps; step++) {
    const mean = root + BigInt(step);
    const difference = mean * mean - n;
    if (difference >= 0n && isSquare(difference)) return true;
  }
  return false;
}
function isSquare(number) {
  if (number === 0n) return true;
  return squareEndings.has(Number(number & 63n)) && floorOfRoot(number) ** 2n === number;
}
function floorOfRoot(number) {
  let root = 1n << BigInt(number.toString(2).length + 1 >> 1);
  for (; ; ) {
    const next = root + number / root >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

// modules/documents/public-jwk.ts
var material = ["n", "e", "x", "y"];
var privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];
var curves = [
  { openssl: "prime256v1", crv: "P-256", alg: "ES256" },
  { openssl: "secp384r1", crv: "P-384", alg: "ES384" },
  { openssl: "secp521r1", crv: "P-521", alg: "ES512" }
];
function readJwk(jwk, name) {
  if (typeof jwk !== "object" || jwk === null || Array.isArray(jwk)) {
    throw new JwkError(`${name} must be a JSON object`);
  }
  const claimed = jwk;
  const secret = privateMembers.find((member2) => member2 in claimed);
  if (secret !== void 0) {
    throw new PrivateKeyError(
      `${name} has the member "${secret}" of a private or symmetric key; give the public key alone`
    );
  }
  const { kty, crv, n, e, x, y } = claimed;
  if (kty !== "RSA" && !(kty === "EC" && curves.some((curve) => curve.crv === crv))) {
    throw new UnsupportedKeyError(name);
  }
  for (const member2 of kty === "RSA" ? ["n", "e"] : ["x", "y"]) {
    assertBase64url(claimed[member2], `"${member2}" of ${name}`);
  }
  try {
    const members = kty === "RSA" ? { kty, n, e } : { kty, crv, x, y };
    return { key: (0, import_node_crypto3.createPublicKey)({ key: members, format: "jwk" }), name, claimed };
  } catch {
    throw new JwkError(`${name} has members that make no ${kty} public key`);
  }
}
function assertBase64url(value, name) {
  if (typeof value !== "string" || value === "") {
    throw new JwkError(`${name} must be a string that is not empty`);
  }
  if (Buffer.from(value, "base64url").toString("base64url") !== value) {
    throw new Base64Error(`${name} must be base64url without padding, white space or line breaks`);
  }
}
function signingAlgorithm({ key, name }) {
  if (key.asymmetricKeyType === "rsa") {
    assertSoundRsa(key, name);
    return "RS256";
  }
  const curve = curves.find(({ openssl }) => {
    var _a;
    return openssl === ((_a = key.asymmetricKeyDetails) == null ? void 0 : _a.namedCurve);
  });
  if (key.asymmetricKeyType !== "ec" || curve === void 0) throw new UnsupportedKeyError(name);
  return curve.alg;
}
function buildPublicJwk({ key, name, claimed = {} }, { alg, exported, keyId }) {
  const spki = key.export({ type: "spki", format: "der" });
  const named = (0, import_node_crypto3.createPublicKey)({ key: exported, format: "jwk" });
  assertWhole(named.export({ type: "spki", format: "der" }), spki, name);
  const kid = keyId === "computed" ? computeKeyId(spki) : readGivenKeyId(claimed.kid, name);
  const { kty, n, e, crv, x, y } = exported;
  const jwk = kty === "RSA" ? { alg, e, kid, kty, n, use: "sig" } : { alg, crv, kid, kty, use: "sig", x, y };
  assertClaims(claimed, jwk, name);
  return jwk;
}
function assertWhole(encoded, der2, name) {
  if (!encoded.equals(der2)) {
    throw new DerError(`${name} is not canonical DER, or has bytes behind its end`);
  }
}
function assertClaims(claimed, actual, name) {
  const contradicted = [...material, "use", "alg", "kid"].find(
    (member2) => claimed[member2] !== void 0 && claimed[member2] !== actual[member2]
  );
  if (contradicted === void 0) return;
  if (material.some((member2) => member2 === contradicted)) {
    throw new JwkError(
      `"${contradicted}" of ${name} must have its minimal length, without leading zero bytes`
    );
  }
  const right = JSON.stringify(actual[contradicted]);
  throw new JwkError(
    contradicted === "kid" ? `"kid" of ${name} must be ${right}, as Kubernetes computes it, or left out; to keep the kid of an external signer (KEP-740), write keyId: as-given (--key-id as-given)` : `"${contradicted}" of ${name} must be ${right}, as Kubernetes signs with this key; correct it or leave it out`
  );
}

// modules/documents/read-public-keys.ts
var maxBytes = 1024 * 1024;
async function readPublicKeys(text, source = "the input", options = {}) {
  return (await readKeySet(text, source, options)).keys;
}
async function readKeySet(text, source, { keyId = "computed" } = {}) {
  if (Buffer.byteLength(text) > maxBytes) {
    throw new KeyInputTooLargeError(
      `${source} is larger than 1 MiB, which no set of public keys is`
    );
  }
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") throw new NoKeysError(`${source} is empty; give at least one public key`);
  const candidates = content.startsWith("{") ? jsonKeys(content, source) : pemKeys(content, source);
  const isRepeated = ({ claimed }) => (claimed == null ? void 0 : claimed.kid) === "";
  const named = candidates.filter((candidate) => !isRepeated(candidate));
  const keys = [];
  for (const candidate of named) keys.push(await toPublicJwk(candidate, keyId));
  assertDistinctKeys(
    keys,
    source,
    named.map((candidate) => candidates.indexOf(candidate) + 1)
  );
  const repeated = [];
  for (const candidate of candidates.filter(isRepeated)) {
    const again = keys[named.findIndex(({ key }) => key.equals(candidate.key))];
    if (again === void 0) throw emptyKeyId(candidate, keyId);
    repeated.push(again);
  }
  return { keys, repeated };
}
function assertDistinctKeys(keys, source, positions = keys.map((_key, index) => index + 1)) {
  for (const [index, key] of keys.entries()) {
    const first = keys.findIndex(({ kid: kid2 }) => kid2 === key.kid);
    if (first === index) continue;
    const [name, other] = [`key ${positions[index]} of ${source}`, `key ${positions[first]}`];
    const kid = key.kid.slice(0, 64);
    throw new DuplicateKeyError(
      isSameKey(key, keys[first]) ? `${name} is ${other} again (kid "${kid}"); give each key once` : `${name} has the kid of ${other} ("${kid}"); give each kid once`
    );
  }
}
function isSameKey(key, other) {
  return "n" in key ? (other == null ? void 0 : other.kty) === "RSA" && key.n === other.n : (other == null ? void 0 : other.kty) === "EC" && key.x === other.x && key.y === other.y;
}
function emptyKeyId({ name }, keyId) {
  const advice = keyId === "computed" ? "leave the member out to have the kid computed" : "give the kid that the signer writes into its tokens";
  return new JwkError(`"kid" of ${name} is empty, and the key is none of the others; ${advice}`);
}
function pemKeys(text, source) {
  if (!text.includes("-----BEGIN ")) refuseOtherFormat(text, source);
  const blocks = readPem(text, source);
  if (blocks.length === 0) {
    throw new PemError(
      `${source} is neither PEM nor a JWK or JWKS; a PEM begins with a line BEGIN PUBLIC KEY between five dashes (openssl pkey -in sa.key -pubout)`
    );
  }
  return blocks.map((block, index) => {
    const name = `key ${index + 1} of ${source}`;
    return { key: pemKey(block, name), name };
  });
}
function pemKey({ label, der: der2 }, name) {
  if (isPrivateKey(der2)) {
    throw new PrivateKeyError(
      `${name} is a private key under the label "${label}"; give the public key alone`
    );
  }
  switch (label) {
    case "PUBLIC KEY":
      return publicKey(der2, "spki", name);
    case "RSA PUBLIC KEY":
      return publicKey(der2, "pkcs1", name);
    case "CERTIFICATE":
      return certificateKey(der2, name);
    default:
      throw otherLabel(label, name);
  }
}
function otherLabel(label, name) {
  const command = conversionCommand(label);
  const rule = command === void 0 ? 'must be "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE"' : `to convert it: ${command}`;
  return new PemError(`${name} is labelled "${label}"${command === void 0 ? "," : ";"} ${rule}`);
}
function isPrivateKey(der2) {
  return ["pkcs8", "pkcs1", "sec1"].some((type) => {
    try {
      return (0, import_node_crypto4.createPrivateKey)({ key: der2, format: "der", type }).type === "private";
    } catch (error) {
      return error.code === "ERR_MISSING_PASSPHRASE";
    }
  });
}
function publicKey(der2, type, name) {
  let key;
  let encoded;
  try {
    key = (0, import_node_crypto4.createPublicKey)({ key: der2, format: "der", type });
    encoded = type === "spki" ? key.export({ type, format: "der" }) : key.export({ type: "pkcs1", format: "der" });
  } catch {
    throw new DerError(`${name} is not the DER of a public key as its label announces`);
  }
  assertWhole(encoded, der2, name);
  return key;
}
function certificateKey(der2, name) {
  let certificate;
  let spki;
  try {
    certificate = new import_node_crypto4.X509Certificate(der2);
    spki = certificate.publicKey.export({ type: "spki", format: "der" });
  } catch {
    throw new DerError(`${name} is not the DER of an X.509 certificate`);
  }
  assertWhole(certificate.raw, der2, name);
  return publicKey(spki, "spki", name);
}
function jsonKeys(text, source) {
  let content;
  try {
    content = JSON.parse(text);
  } catch {
    throw new JwkError(`${source} begins like a JWK or JWKS but is not JSON`);
  }
  if ("jwks_uri" in content) {
    throw new JwkError(
      `${source} is a discovery document, which contains no keys; give what its jwks_uri returns (kubectl get --raw /openid/v1/jwks)`
    );
  }
  const jwks = "keys" in content ? content.keys : [content];
  if (!Array.isArray(jwks)) throw new JwkError(`"keys" of ${source} must be an array`);
  if (jwks.length === 0) {
    throw new NoKeysError(`"keys" of ${source} is empty; give at least one public key`);
  }
  return jwks.map((jwk, index) => readJwk(jwk, `key ${index + 1} of ${source}`));
}
async function toPublicJwk(candidate, keyId) {
  const alg = signingAlgorithm(candidate);
  const exported = await exportJwk(candidate, alg);
  return buildPublicJwk(candidate, { alg, exported, keyId });
}
async function exportJwk({ key, name }, alg) {
  const { importSPKI: importSPKI2 } = await Promise.resolve().then(() => (init_import(), import_exports));
  const { exportJWK: exportJWK2 } = await Promise.resolve().then(() => (init_export(), export_exports));
  try {
    const pem = key.export({ type: "spki", format: "pem" }).toString();
    return await exportJWK2(await importSPKI2(pem, alg, { extractable: true }));
  } catch {
    throw new DerError(`${name} is no usable public key`);
  }
}

// modules/documents/jwks.ts
function buildJwks(keys, emptyKeyIdFor) {
  if (keys.length === 0) throw new NoKeysError("a JWKS must have at least one key");
  assertDistinctKeys(keys, "the JWKS");
  const again = emptyKeyIdFor === void 0 ? [] : [{ ...emptyKeyIdFor, kid: "" }];
  return JSON.stringify({ keys: [...keys, ...again].map(publicMembers) });
}
function publicMembers(key) {
  const { alg, kid, use } = key;
  return key.kty === "RSA" ? { alg, e: key.e, kid, kty: key.kty, n: key.n, use } : { alg, crv: key.crv, kid, kty: key.kty, use, x: key.x, y: key.y };
}

// programs/jwks.ts
var QueryError = class extends DocumentError {
  code = "ERR_QUERY";
};
async function answer(query) {
  var _a;
  const sources = readQuery(query);
  const keys = await Promise.all(
    sources.map(
      ({ name, publicKey: publicKey2, keyId }) => readPublicKeys(publicKey2, JSON.stringify(name), { keyId })
    )
  );
  const published = keys.flat();
  const [again] = (_a = keys[sources.findIndex(({ emptyKeyId: emptyKeyId2 }) => emptyKeyId2)]) != null ? _a : [];
  return JSON.stringify({
    jwks: buildJwks(published, again),
    key_ids: JSON.stringify(published.map(({ kid }) => kid)),
    algorithms: JSON.stringify(published.map(({ alg }) => alg))
  });
}
function readQuery(query) {
  const keys = member(parse(query, "the query"), "keys", "the query");
  const list = parse(keys, '"keys" of the query');
  if (!Array.isArray(list)) throw new QueryError('"keys" of the query must be a JSON list');
  if (list.length === 0) throw new NoKeysError("the query holds no public key");
  return list.map((entry, index) => {
    const where = `entry ${index + 1} of the query`;
    const { emptyKeyId: emptyKeyId2 = false, keyId = "computed" } = entry != null ? entry : {};
    if (keyId !== "computed" && keyId !== "as-given") {
      throw new QueryError(`"keyId" of ${where} must be "computed" or "as-given"`);
    }
    return {
      name: member(entry, "name", where),
      publicKey: member(entry, "publicKey", where),
      emptyKeyId: emptyKeyId2 === true,
      keyId
    };
  });
}
function parse(text, where) {
  try {
    return JSON.parse(text);
  } catch {
    throw new QueryError(`${where} must be JSON`);
  }
}
function member(value, name, where) {
  const found = value == null ? void 0 : value[name];
  if (typeof found !== "string") throw new QueryError(`${where} must have a string "${name}"`);
  return found;
}
answer((0, import_node_fs.readFileSync)(0, "utf8")).then(
  (result) => {
    process.stdout.write(result);
  },
  (error) => {
    const reason = error instanceof DocumentError ? `${error.code}: ${error.message}` : "ERR_INTERNAL: unexpected failure";
    process.stderr.write(`${reason}
`);
    process.exitCode = 1;
  }
);
/*!
jose 6.2.17 (MIT), https://github.com/panva/jose

The MIT License (MIT)

Copyright (c) 2018 Filip Skokan

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
*/
