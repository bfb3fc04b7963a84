/* vectors LIBRARY WEIGHTS < lines: the vector of each line as a question, by an engine of Windows. */
#include <stdio.h>
#include <string.h>
#include <windows.h>

int main(int count, char **arguments) {
    if (count != 3) return 2;
    HMODULE library = LoadLibraryA(arguments[1]);
    if (library == NULL) return 3;
    void *(*load)(const char *) = (void *)GetProcAddress(library, "e5_load");
    int (*dimensions)(const void *) = (void *)GetProcAddress(library, "e5_dim");
    int (*embed)(void *, const char *, int, float *) = (void *)GetProcAddress(library, "e5_embed");
    int (*tokens)(void *, const char *, int) = (void *)GetProcAddress(library, "e5_token_count");
    void (*done)(void *) = (void *)GetProcAddress(library, "e5_free");
    if (!load || !dimensions || !embed || !tokens || !done) return 4;
    void *model = load(arguments[2]);
    if (model == NULL) return 5;
    char line[4096];
    float vector[1024];
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\r\n")] = 0;
        if (embed(model, line, 1, vector)) return 6;
        printf("%d", tokens(model, line, 1));
        for (int i = 0; i < dimensions(model); i++) printf(" %.7g", vector[i]);
        printf("\n");
    }
    done(model);
    return 0;
}
