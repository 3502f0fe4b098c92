// Holds the bundle in this page to a public key. The forms and the steps are those of the program
// `rapid_review.audit.verify`; what it finds is reported in the same order.

class Malformed extends Error {}

// Then the bundle's replay is by another edition of the rules, or words its findings differently,
// and vouches for nothing shown here.
const OTHER_VERSION = Boolean(document.querySelector("#verify-here[data-other-version]"));

function hold(good, what) {
  if (!good) throw new Malformed(what);
}

const utf8 = new TextEncoder();
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
const same = (one, other) => hex(one) === hex(other);

async function sha256(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest("SHA-256", whole));
}

/** Return what is written in base64, in its one form: `atob` alone would allow others. */
function fromBase64(text) {
  let found = "";
  try { found = atob(text); } catch { /* reported below */ }
  hold(found && btoa(found) === text, "something in it is not in base64");
  return Uint8Array.from(found, (one) => one.charCodeAt(0));
}

// How a bundle's manifest begins: of bodies as they are, and of sealed ones. The page carries no body.
const BUNDLES = ["rapidreview.bundle/v1", "rapidreview.bundle/v2"];

/** Return the lines of a text, each of which ends with a line feed; the first names one of its forms. */
function linesOf(bytes, ...forms) {
  let text = "";
  try { text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes); } catch { /* reported below */ }
  hold(text.endsWith("\n"), "is not text in UTF-8 that ends with a line feed");
  const lines = text.slice(0, -1).split("\n");
  if (forms.length) hold(forms.includes(lines.shift()), `is not in the form ${forms.join(" or ")}`);
  return lines;
}

/** Return a log's public key: its name, its id, and what WebCrypto verifies with. */
async function readKey(text) {
  const [name, id, ...rest] = text.split("+");
  const held = rest.join("+");  // base64 has plus signs of its own
  const bytes = fromBase64(held);
  hold(name && bytes.length === 33 && bytes[0] === 1, "it is not of the form name+id+key");
  const expected = (await sha256(utf8.encode(`${name}\n`), bytes)).slice(0, 4);
  hold(hex(expected) === id, "its id is not that of its name and bytes");
  const key = await crypto.subtle.importKey("raw", bytes.slice(1), "Ed25519", false, ["verify"]);
  return { name, id, key, fingerprint: hex(await sha256(utf8.encode(text))) };
}

/** Return the lines of a signed statement, which must be signed by the key (C2SP signed-note). */
async function openStatement(bytes, key, ...forms) {
  const lines = linesOf(bytes);
  const blank = lines.lastIndexOf("");
  hold(blank > 0, "is not a signed statement");
  const text = utf8.encode(`${lines.slice(0, blank).join("\n")}\n`);
  const mark = `— ${key.name} `;
  const signed = lines.slice(blank + 1).filter((line) => line.startsWith(mark)).map((line) => fromBase64(line.slice(mark.length)));
  const own = signed.filter((one) => hex(one.slice(0, 4)) === key.id);
  hold(own.length === 1, "is not signed by this key");
  hold(await crypto.subtle.verify("Ed25519", key.key, own[0].slice(4), text), "has a signature that is not by this key");
  return linesOf(text, ...forms);
}

/** Return the root that a proof of inclusion leads to (RFC 9162, 2.1.3.2). */
async function rootFrom(index, size, leaf, hashes) {
  let [place, last, found] = [index, size - 1, leaf];
  const half = () => { [place, last] = [Math.floor(place / 2), Math.floor(last / 2)]; };
  for (const beside of hashes) {
    hold(last > 0, "its proof has too many hashes");
    if (place % 2 || place === last) {
      found = await sha256([1], beside, found);
      while (place % 2 === 0 && place) half();
    } else {
      found = await sha256([1], found, beside);
    }
    half();
  }
  hold(last === 0, "its proof has too few hashes");
  return found;
}

/** Return the files of an archive whose files are stored as they are, as every bundle's are. */
function unpacked(bytes) {
  const view = new DataView(bytes.buffer);
  const files = new Map();
  for (let at = 0; at + 30 <= bytes.length && view.getUint32(at, true) === 0x04034b50;) {
    const name = at + 30;
    const start = name + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const end = start + view.getUint32(at + 18, true);
    files.set(new TextDecoder().decode(bytes.slice(name, name + view.getUint16(at + 26, true))), bytes.slice(start, end));
    at = end;
  }
  return files;
}

/**
 * Say why an archive is not the bundle of which this page speaks, though nothing in it need be wrong;
 * nothing if it is. It is one of this case if its head names the stream that the page's head names,
 * and another one of this case if the log's key signed another list of files for it.
 */
async function notThisBundle(embedded, key, kept) {
  const streamIn = (read) => {
    try { return linesOf(read(), "rapidreview.case-head/v1")[2]; } catch { return null; }
  };
  const stream = streamIn(() => fromBase64(embedded["case-head"]));
  if (stream === null) return null;  // what is wrong in the page is found by `verified`
  if (streamIn(() => kept.get("case-head")) !== stream) return "This is not this case's bundle; nothing was verified.";
  const listed = kept.get("manifest");
  try {
    if (same(listed, fromBase64(embedded.manifest))) return null;
    const [, , size] = await openStatement(listed, key, ...BUNDLES);
    return "This is a bundle of this case, but this page was made from another one; nothing was verified. "
      + `It is proved by a checkpoint of ${size} events: make a page from it, or choose the bundle that this page was made from.`;
  } catch { return null; }
}

/**
 * Return what is found wrong in the bundle and in what is shown, and the case head if it is signed.
 * With the files of the bundle's own archive, these are held to the manifest as well: bodies, terms, calendars.
 */
async function verified(embedded, key, kept) {
  const found = [];
  const looking = async (where, look) => {
    try { return await look(); } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      found.push(`${where}: ${error.message}`);
      return null;
    }
  };
  const read = (name) => {
    hold(Object.hasOwn(embedded, name), "is not in this page");
    return fromBase64(embedded[name]);
  };
  const manifest = await looking("manifest", async () => {
    const [kind, , , ...files] = await openStatement(read("manifest"), key, ...BUNDLES);
    hold(kind === "case", "is not of a case");
    return new Map(files.map((line) => [line.slice(66), line.slice(0, 64)]));
  });
  if (!manifest) return { found };
  for (const name of Object.keys(embedded).filter((one) => one !== "manifest")) {
    await looking(name, async () => hold(hex(await sha256(read(name))) === manifest.get(name), "is not the file that the manifest names"));
  }
  if (kept) {
    await looking("manifest in the archive", async () => {
      const listed = kept.get("manifest");
      hold(listed && same(listed, read("manifest")), "is not the one in this page");
    });
  }
  for (const [name, digest] of kept ? manifest : []) {
    await looking(`${name} in the archive`, async () => {
      const data = kept.get(name);
      hold(data, "is missing");
      hold(hex(await sha256(data)) === digest, "is not the file that the manifest names");
    });
  }
  const log = await looking("checkpoint", async () => {
    const [origin, size, root] = await openStatement(read("checkpoint"), key);
    return { origin, size: Number(size), root: fromBase64(root), note: hex(read("checkpoint")) };
  });
  const head = await looking("case-head", async () => {
    const [origin, size, stream, count, last] = await openStatement(read("case-head"), key, "rapidreview.case-head/v1");
    hold(log && origin === log.origin && Number(size) === log.size, "is not of the checkpoint in this page");
    return { origin, size, stream, count: Number(count), last };
  });
  if (!head) return { found };
  const topics = [];
  let [previous, index] = ["-", -1];
  for (let version = 1; version <= head.count; version += 1) {
    await looking(`entry ${version}`, async () => {
      const text = read(`entry/${version}`);
      const leaf = await sha256([0], text);
      const before = previous;
      previous = hex(leaf);
      const [stream, number, topic, digest, link] = linesOf(text, "rapidreview.audit/v1");
      topics[version] = topic;
      hold(stream === head.stream && Number(number) === version, "another event is in its place");
      hold(link === before, "it does not name the leaf of the entry before it");
      hold(digest === manifest.get(`state/${stream}/${version}`), "its body is not the one that the manifest names");
      const proof = new TextDecoder().decode(read(`proof/${version}.tlog-proof`));
      const cut = proof.indexOf("\n\n");
      hold(hex(utf8.encode(proof.slice(cut + 2))) === log.note, "its proof is not for the checkpoint in this page");
      const [place, ...hashes] = linesOf(utf8.encode(proof.slice(0, cut + 1)), "c2sp.org/tlog-proof@v1");
      const at = Number(place.replace(/^index /, ""));
      hold(at > index && at < log.size, "its leaf does not come after that of the entry before it");
      index = at;
      hold(same(await rootFrom(at, log.size, leaf, hashes.map(fromBase64)), log.root), "its proof does not lead to the root of the log");
    });
  }
  await looking("case-head", () => hold(previous === head.last, "the entries in this page do not lead to it"));
  await looking("the replay", async () => {
    const stated = manifest.get("replay/case.json");
    if (stated === undefined || OTHER_VERSION) return;
    head.vouched = true;
    const text = byId("replay-data").textContent;
    hold(hex(await sha256(utf8.encode(text))) === stated, "is not the one that the bundle states");
    for (const [where, what] of notAsReplayed(JSON.parse(text), topics)) found.push(`${where}: ${what}`);
  });
  return { found, head };
}
