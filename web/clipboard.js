/** Copies text; a page inside a frame may be refused that, and then says so. */

/**
 * @param {string} text
 * @returns {Promise<boolean>} Whether it was copied.
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // the older way needs no permission
  }
}

/** @param {string} text */
function copySelected(text) {
  const area = document.createElement("textarea");
  const focused = document.activeElement;
  area.value = text;
  area.readOnly = true;
  area.style.cssText = "position: fixed; opacity: 0";
  document.body.append(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) {
      focused.focus();
    }
  }
}
