/** The part of the OIDC library that pages use, on its own, so that the rest of it is left out of what they load. */
export { OidcClient, WebStorageStateStore } from 'oidc-client-ts'
