// The matching screen: what the ticked lines come to, and moving between ticks with the arrow keys. All works without it.

const written = (minor, currency) => {
  const amount = new Intl.NumberFormat("en-GB", { style: "currency", currency }).format(Math.abs(minor) / 100);
  return (minor < 0 ? "−" : "") + amount;
};

for (const form of document.querySelectorAll("[data-ticks]")) {
  const ticks = [...form.querySelectorAll('input[name="token"]')];
  const told = form.querySelector("[data-ticked]");
  const say = () => {
    const ticked = ticks.filter((tick) => tick.checked);
    const sum = ticked.reduce((total, tick) => total + Number(tick.dataset.minor), 0);
    told.textContent = `${ticked.length} ${told.dataset.words}, ${written(sum, form.dataset.ticks)}`;
  };
  form.addEventListener("change", say);
  form.addEventListener("keydown", (event) => {
    const at = ticks.indexOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (at < 0 || !step || !ticks[at + step]) return;
    event.preventDefault();
    ticks[at + step].focus();
  });
  say();
}
