/** Who orders. A token lives as long as the tab; without one, development takes the user at their word. */
const DEMO_USER = '345963634385633280';

export const session = {
  token: () => sessionStorage.getItem('token'),
  userId: () => sessionStorage.getItem('userId') ?? DEMO_USER,

  logIn(userId, token) {
    sessionStorage.setItem('userId', userId);
    sessionStorage.setItem('token', token);
  },

  logOut() {
    sessionStorage.removeItem('userId');
    sessionStorage.removeItem('token');
  },
};

/** Said on the next page, once. */
export const flash = {
  put: (text) => sessionStorage.setItem('flash', text),
  take() {
    const text = sessionStorage.getItem('flash');
    sessionStorage.removeItem('flash');
    return text;
  },
};
