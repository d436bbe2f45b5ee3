// A batch of post made quick: Enter opens the next line, the sum runs along, and names are found while one types.
// Without this module the same form works with its fixed lines and its buttons.

const form = document.querySelector("[data-batch]");
const lines = form.querySelector("[data-lines]");
const pattern = form.querySelector("[data-line]");
const count = form.querySelector("[name=line-TOTAL_FORMS]");
const known = form.querySelector("datalist");
const MOST = 200;

// Minor units are for the server: here an amount is only shown, and only where every digit is plain.
const read = (field) => {
  const typed = field.value.replace(/[£€$,\s]/g, "");
  return /^\d+(\.\d{1,2})?$/.test(typed) ? Math.round(Number(typed) * 100) : 0;
};
const shown = (pence) =>
  new Intl.NumberFormat("en-GB", { style: "currency", currency: form.dataset.currency }).format(pence / 100);

const add = () => {
  const sum = [...lines.querySelectorAll(".batch-amount input")].reduce((whole, field) => whole + read(field), 0);
  form.querySelector("[data-added]").textContent = shown(sum);
  const slip = read(form.elements.expected);
  const apart = form.querySelector("[data-apart]");
  apart.hidden = !slip || slip === sum;
  const words = apart.querySelector("dt");
  words.textContent = slip > sum ? words.dataset.wordsShort : words.dataset.wordsOver;
  apart.querySelector("dd").textContent = shown(Math.abs(slip - sum));
};

const anotherLine = () => {
  const place = Number(count.value);
  if (place >= MOST) return null;
  const made = pattern.content.cloneNode(true).firstElementChild;
  for (const field of made.querySelectorAll("input, select")) {
    field.name = field.name.replace("__prefix__", place);
    field.id = field.id.replace("__prefix__", place);
    field.setAttribute("aria-label", `${field.getAttribute("aria-label")} ${place + 1}`);
  }
  made.querySelector("[data-number]").textContent = place + 1;
  lines.append(made);
  count.value = place + 1;
  return made;
};

const nextLine = (line) => (line.nextElementSibling ?? anotherLine())?.querySelector("input")?.focus();

form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || event.target.matches("button")) return;
  event.preventDefault();
  const line = event.target.closest(".batch-line");
  if (event.ctrlKey || event.metaKey) form.requestSubmit();
  else if (line) nextLine(line);
  else lines.querySelector("input").focus();
});

let waiting;
const find = async (words) => {
  const answer = await fetch(`${known.dataset.search}?as=json&q=${encodeURIComponent(words)}`);
  if (!answer.ok) return;
  const there = new Set([...known.options].map((option) => option.value));
  for (const { value, label } of (await answer.json()).known) {
    if (!there.has(value)) known.append(new Option(label, value));
  }
};

form.addEventListener("input", (event) => {
  if (event.target.matches("[data-known]") && event.target.value.trim().length > 1) {
    clearTimeout(waiting);
    waiting = setTimeout(find, 200, event.target.value);
  }
  if (event.target.closest(".batch-amount") || event.target.name === "expected") add();
});

add();
