"""The contract as documents: JSON Schemas, the AsyncAPI document, and what other platforms call our fields.

asyncapi.json and schemas/ are made from the code (`liangzheng contract write`), never edited; the .toml files are data.
"""
