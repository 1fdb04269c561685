// Runs before the first paint, so that a chosen theme or language never flashes.
try {
  var theme = localStorage.getItem("osler.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  var lang = localStorage.getItem("osler.lang");
  if (lang === "fr" || lang === "en") document.documentElement.lang = lang;
} catch (_) {
  // Storage can be forbidden; the defaults stand.
}
