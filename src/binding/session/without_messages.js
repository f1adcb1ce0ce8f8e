(value) => {
  const hasInfo = (object) => object?.info !== undefined;
  if (typeof value !== "object" || Array.isArray(value)) return value;
  if (hasInfo(value)) return { info: value.info };
  // PawWork's snapshot.
  if (!hasInfo(value?.session)) return value;
  return { ...value, session: { info: value.session.info } };
};
