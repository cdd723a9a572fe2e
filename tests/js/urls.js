/** Where the page of every test finds what. */
export const URLS = {
  api: "/api/rooms/r/",
  rooms: "/",
  settings: null,
  profile: "/accounts/profile/",
  signIn: "/accounts/login/",
  reauthenticate: "/accounts/reauthenticate/",
  sprite: "/icons.svg",
};
