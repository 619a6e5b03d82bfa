/** An access token as the services take them. Needs a build. @param role 'user' or 'operator' */
export async function accessToken(role, userId, { hours = 12, env = process.env } = {}) {
  const { AccessTokens, DEFAULT_AUDIENCE, DEVELOPMENT_KEY } =
    await import('../libs/service-kit/dist/auth/access-tokens.js');
  const tokens = new AccessTokens(env.JWT_SECRET || DEVELOPMENT_KEY, env.JWT_AUDIENCE || DEFAULT_AUDIENCE);
  return tokens.issue({ role, userId }, hours * 3_600);
}
