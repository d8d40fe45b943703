// The functions for SHA-256 alone are deprecated in OpenSSL 3 in favour of EVP, which takes a fifth
// longer for short texts. They are still there in every OpenSSL 3.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
