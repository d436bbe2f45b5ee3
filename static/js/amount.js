// On the forms to give: typing one's own amount lets go of the suggested one, and choosing a suggested one clears one's
// own. Without this module one's own amount wins where both are there, as the form says.
for (const form of document.querySelectorAll('form[data-amount]')) {
  const own = form.querySelector('input[name="own"]')
  const tiles = [...form.querySelectorAll('input[name="tile"]')]
  own.addEventListener('input', () => {
    if (own.value.trim()) tiles.forEach((tile) => { tile.checked = false })
  })
  tiles.forEach((tile) => tile.addEventListener('change', () => { own.value = '' }))
}
