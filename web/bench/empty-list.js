/** In place of what the page's build gathers, such as its lessons: nothing here opens one. */
export default [];
