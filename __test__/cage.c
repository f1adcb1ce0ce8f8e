// Loaded before Node (LD_PRELOAD), it makes Node-API answer as in an Electron whose V8 keeps its memory in a cage: V8 can
// refer to no memory outside, so strings that an addon owns are copied and given back at once, and buffers that it owns
// are refused. The facts are those of Node's src/js_native_api_v8.cc and src/node_api.cc, under V8_ENABLE_SANDBOX.
//
// The addon looks each function of Node-API up by its name, so it is enough to answer for three names. What came
// through is appended to the file that CAGE_LOG names, when the process ends.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef void *value;
typedef void (*finalizer)(void *env, void *data, void *hint);
typedef int (*string_maker)(void *env, const void *text, size_t length, value *result);
typedef void *(*lookup)(void *handle, const char *name);

enum { ok = 0, no_external_buffers_allowed = 22 };

static lookup next_dlsym;
static long copied_strings, refused_buffers;

static int copy(const char *maker, void *env, void *text, size_t length, finalizer give_back, void *hint, value *result,
                bool *is_copied) {
  string_maker make = (string_maker)next_dlsym(RTLD_DEFAULT, maker);
  int status = make(env, text, length, result);
  if (status != ok) return status;
  copied_strings++;
  if (is_copied) *is_copied = true;
  if (give_back) give_back(env, text, hint);
  return ok;
}

static int utf16(void *env, void *text, size_t length, finalizer give_back, void *hint, value *result, bool *is_copied) {
  return copy("napi_create_string_utf16", env, text, length, give_back, hint, result, is_copied);
}

static int latin1(void *env, void *text, size_t length, finalizer give_back, void *hint, value *result, bool *is_copied) {
  return copy("napi_create_string_latin1", env, text, length, give_back, hint, result, is_copied);
}

static int refuse(void) {
  refused_buffers++;
  return no_external_buffers_allowed;
}

static void tell(void) {
  const char *path = getenv("CAGE_LOG");
  FILE *log = path ? fopen(path, "a") : NULL;
  if (!log) return;
  fprintf(log, "%ld %ld\n", copied_strings, refused_buffers);
  fclose(log);
}

/** The linker's own, in the versions of glibc that its systems have. */
static void find_next(void) {
  const char *versions[] = {"GLIBC_2.34", "GLIBC_2.17", "GLIBC_2.2.5"};
  for (int i = 0; i < 3 && !next_dlsym; i++) next_dlsym = (lookup)dlvsym(RTLD_NEXT, "dlsym", versions[i]);
  atexit(tell);
}

void *dlsym(void *handle, const char *name) {
  if (!next_dlsym) find_next();
  if (strcmp(name, "node_api_create_external_string_utf16") == 0) return utf16;
  if (strcmp(name, "node_api_create_external_string_latin1") == 0) return latin1;
  if (strcmp(name, "napi_create_external_buffer") == 0) return refuse;
  if (strcmp(name, "napi_create_external_arraybuffer") == 0) return refuse;
  return next_dlsym(handle, name);
}
