// What the page does without the server: theme, copying, the drawer, relative times, keys, and coming back after a restart.
const root = document.documentElement;

document.addEventListener("click", async event => {
  const target = event.target.closest("[data-do]");
  if (!target) { if (event.target.closest(".rail a, .shade")) document.body.classList.remove("rail-open"); return; }
  switch (target.dataset.do) {
    case "theme": {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      document.cookie = `modelhub-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
      break;
    }
    case "palette":
    case "keys":
      open(target.dataset.do);
      break;
    case "rail":
      document.body.classList.toggle("rail-open");
      break;
    case "copy":
      await copy(target.dataset.text);
      target.classList.add("done");
      setTimeout(() => target.classList.remove("done"), 1500);
      break;
  }
});

async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
function relative(seconds) {
  const past = Math.abs(seconds);
  if (past < 10) return "just now";
  const unit = units.find(([, size]) => past >= size);
  return unit ? words.format(Math.trunc(seconds / unit[1]), unit[0]) : words.format(Math.trunc(seconds), "second");
}
function tick() {
  for (const time of document.querySelectorAll("time[data-relative]")) {
    const text = relative((Date.parse(time.dateTime) - Date.now()) / 1000);
    if (time.firstChild && time.firstChild.data !== text) time.firstChild.data = text;
  }
}
setInterval(tick, 5000);

function open(name) {
  document.body.classList.remove("rail-open");
  const dialog = document.getElementById(name);
  if (!dialog || document.querySelector("dialog[open]")) return;
  dialog.showModal();
  dialog.querySelector("input")?.select();
}

// Of the palette: the arrows move between the field and the links below it, Enter in the field takes the first link.
document.addEventListener("keydown", event => {
  const palette = event.target.closest("#palette");
  if (!palette) return;
  const stops = [palette.querySelector("input"), ...palette.querySelectorAll("a")];
  const at = stops.indexOf(document.activeElement);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    stops[(at + (event.key === "ArrowDown" ? 1 : stops.length - 1)) % stops.length].focus();
  } else if (event.key === "Enter" && at === 0) {
    event.preventDefault();
    stops[1]?.click();
  }
});
document.addEventListener("click", event => {
  const dialog = event.target.closest("dialog");
  if (dialog && (event.target === dialog || event.target.closest("#palette a"))) dialog.close();
});

// A file that is chosen goes to the store at once. The hidden field beside it then tells the form its digest, or why there is none.
document.addEventListener("change", event => {
  const box = event.target.closest("[data-upload]");
  if (box && event.target.type === "file") upload(box, event.target.files[0]);
});
const uploads = new WeakMap();
function upload(box, file) {
  uploads.get(box)?.abort();
  const [bar, field] = [box.querySelector("progress"), box.querySelector("input[type=hidden]")];
  const tell = said => { bar.hidden = !said.busy; field.value = JSON.stringify(said); field.dispatchEvent(new Event("change", { bubbles: true })); };
  if (!file) return tell({});
  const request = new XMLHttpRequest();
  uploads.set(box, request);
  bar.value = 0;
  tell({ busy: true });
  request.upload.onprogress = at => { bar.value = at.loaded / at.total; if (!box.isConnected) request.abort(); };
  request.onerror = () => tell({ fault: "The file did not arrive: the line to the console broke. Choose it again." });
  request.onload = () => {
    let answer = {};
    try { answer = JSON.parse(request.responseText); } catch { /* no answer of the store: its status is told below */ }
    tell(request.status === 200 && answer.digest
      ? { name: file.name, size: file.size, digest: answer.digest }
      : { fault: request.status === 401 ? "The sign-in has ended. Open a new login link." : request.status === 403 ? "Your roles do not allow this." : answer.title ?? `The store answered ${request.status}.` });
  };
  request.open("PUT", box.dataset.upload);
  // So that an ended sign-in is answered with 401 and not with the page of the door.
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(file);
}

let going = 0;
document.addEventListener("keydown", event => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") { event.preventDefault(); open("palette"); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (event.key === "/") {
    const search = document.querySelector("[data-search]");
    event.preventDefault();
    if (search) search.focus(); else open("palette");
  } else if (event.key === "?") {
    open("keys");
  } else if (event.key === "g") {
    going = Date.now();
  } else if (Date.now() - going < 1200) {
    going = 0;
    document.querySelector(`.rail a[data-go="${CSS.escape(event.key)}"]`)?.click();
  }
});
document.addEventListener("keydown", event => { if (event.key === "Escape") document.body.classList.remove("rail-open"); });

// The server forgot the circuit (it was restarted): ask until it answers, then show the same address again.
const modal = document.getElementById("components-reconnect-modal");
if (modal) new MutationObserver(() => {
  if (/-(failed|rejected)/.test(modal.className)) comeBack();
}).observe(modal, { attributeFilter: ["class"] });
let coming = false;
async function comeBack() {
  if (coming) return;
  coming = true;
  for (;;) {
    try { if ((await fetch("/healthz/live", { cache: "no-store" })).ok) return location.reload(); } catch { /* not yet there: asked again below */ }
    await new Promise(next => setTimeout(next, 1000));
  }
}
