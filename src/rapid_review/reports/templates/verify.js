// The button, the key and the bundle that a reader brings, and the answer.

const NOT_COMPARED = "Three things were not compared: how each clock was counted, how many days a running clock has run, "
  + "and what comes next.";
const SHOWN_AS_STATED = "The timeline, the verdict on every clock and when it changed, the findings and the "
  + `documents shown above are those that the bundle states. ${NOT_COMPARED}`;
const NOT_STATED = "The bundle contains no replay by the rules and in the words of this version, so nothing that is shown above was checked.";
const WITH_BODIES = "Every file of the bundle that you chose, including the stored bodies, is the file that this page names.";
const WITHOUT_BODIES = "The stored bodies are not in this page and were not checked; choose the bundle to check them as well.";
const OWN_KEY = "the key that came with this page, which anyone could have put there: compare its fingerprint";

function offerProof(embedded, ownKey) {
  const typed = made("input", "", {
    id: "log-key", type: "text", autocomplete: "off", spellcheck: "false", "aria-describedby": "log-key-hint",
  });
  const chosen = made("input", "", { id: "bundle-file", type: "file", "aria-describedby": "bundle-file-hint" });
  const button = made("button", "Verify the bundle in this page", { type: "button" });
  const answer = made("div", "", { role: "status" });
  const tell = (kind, title, ...rest) => {
    answer.replaceChildren(made(`div.verdict.${kind}`, [made("h3", title), ...rest]));
  };

  async function verify() {
    const pasted = typed.value.trim();
    let key;
    try {
      key = await readKey(pasted || ownKey);
    } catch (error) {
      const isNone = error instanceof Malformed;
      const why = isNone ? `The key cannot be read: ${error.message}.` : "This browser cannot check Ed25519 signatures.";
      tell("none", "Nothing was verified", made("p", why));
      return;
    }
    const [file] = chosen.files;
    const archive = file ? unpacked(new Uint8Array(await file.arrayBuffer())) : null;
    const whyNot = archive && await notThisBundle(embedded, key, archive);
    if (whyNot) {
      tell("none", "Nothing was verified", made("p", whyNot));
      return;
    }
    const { found, head } = await verified(embedded, key, archive);
    if (found.length) {
      tell("bad", "Not intact", made("ul", found.map((one) => made("li", one))));
      return;
    }
    tell("good", "Intact", ...[
      `The log of ${head.size} events contains all ${head.count} entries of this case; its key states that there are no others.`,
      head.vouched ? SHOWN_AS_STATED : NOT_STATED,
      archive ? WITH_BODIES : WITHOUT_BODIES,
      `Verified with ${pasted ? "the key that you pasted in" : OWN_KEY}. Fingerprint: ${key.fingerprint}.`,
    ].map((one) => made("p", one)));
  }
  button.addEventListener("click", verify);

  byId("verify-here").replaceWith(made("div.verify", [
    made("h3", "Verify it here"),
    made("label", "The log's public key, from a source other than this page", { for: typed.id }),
    made("p.small", "A line of the form name+id+key. Leave it empty to use the key that came with this page.", { id: "log-key-hint" }),
    typed,
    made("label", "The bundle, if you have it as a single archive", { for: chosen.id }),
    made("p.small", "It is read here and sent nowhere. With it, the stored bodies are checked as well.", { id: "bundle-file-hint" }),
    chosen, button, answer,
  ]));
}

const bundled = data("bundle-data");
if (bundled && window.crypto && crypto.subtle) {
  offerProof(bundled, data("key-data"));
} else if (bundled) {
  byId("verify-here").textContent = "This browser does not offer WebCrypto here, so the bundle cannot be verified inside the page. Verify it with the program that comes with rapid-review.";
}
