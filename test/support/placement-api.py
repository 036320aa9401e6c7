# Debian's placement-api as uWSGI loads it for tests (placement-server.ts). It has the schema of each request checked
# against the schema of schemas before the request itself: a fifth of the server's time. Here each schema is checked once.
import gc

# Nothing of what is loaded is ever garbage.
gc.disable()

from jsonschema import validators


def check_once(validator):
    check, checked = validator.check_schema, {}

    def check_schema(schema, *args, **kwargs):
        if id(schema) not in checked:
            check(schema, *args, **kwargs)
            # Kept, so that no other schema gets its id.
            checked[id(schema)] = schema

    validator.check_schema = check_schema


for name in dir(validators):
    if name.startswith("Draft") and name.endswith("Validator"):
        check_once(getattr(validators, name))

with open("/usr/bin/placement-api") as script:
    exec(compile(script.read(), script.name, "exec"))

gc.freeze()
gc.enable()
