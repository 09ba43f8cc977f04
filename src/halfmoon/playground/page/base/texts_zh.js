/** Chinese of every text; an English text is its own key. */
export const CHINESE = {
};
